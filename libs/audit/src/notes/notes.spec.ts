import fc from 'fast-check';
import { newId } from '#libs/contracts';
import { formatCheckpoint, openCheckpoint, readCheckpoint } from './checkpoint.js';
import { newSigningPair, noteSigner } from './note-signer.js';
import { formatOrigin, parseOrigin } from './origin.js';
import { parseNote, signNote } from './signed-note.js';
import { formatVerifierKey, isSignedBy, parseVerifierKey, parseVerifierKeys } from './verifier-key.js';

const [former, present] = [noteSigner('tenure/0011aabb', newSigningPair()), noteSigner('tenure/0011aabb', newSigningPair())];
const origin = formatOrigin({ keyName: 'tenure/0011aabb', tenantId: newId('ten'), generation: 1 });
const text = formatCheckpoint({ origin, size: 15, root: Buffer.alloc(32, 7) });

// the example of golang.org/x/mod/sumdb/note, which made this form
const EXAMPLE = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

describe('a checkpoint', () => {
  it('has three lines, as whoever checks it expects', () => {
    expect(text).toBe(`${origin}\n15\n${Buffer.alloc(32, 7).toString('base64')}\n`);
  });

  it('is opened with the key of whoever signed it', () => {
    expect(openCheckpoint(signNote(text, [present]), [present.key])).toEqual({ origin, size: 15, root: Buffer.alloc(32, 7), keyIds: [present.key.id] });
  });

  it('is opened with either key while one replaces the other', () => {
    const note = signNote(text, [former, present]);
    expect([[former.key], [present.key], [present.key, former.key]].map((keys) => openCheckpoint(note, keys).keyIds)).toEqual([[former.key.id], [present.key.id], [former.key.id, present.key.id]]);
  });

  it('is not opened with the key of somebody else', () => {
    expect(() => openCheckpoint(signNote(text, [former]), [present.key])).toThrow(`None of the given public keys signed the checkpoint of size 15; it names tenure/0011aabb (${former.key.id})`);
  });

  it('is not opened when one of two known signatures is of another text', () => {
    const ofOther = signNote(formatCheckpoint({ origin, size: 16, root: Buffer.alloc(32) }), [former]).split('\n\n')[1]!;
    expect(() => openCheckpoint(signNote(text, [present]) + ofOther, [present.key, former.key])).toThrow('The checkpoint of size 15 was altered');
  });

  it('with any one character changed does not say what it said', () => {
    const note = signNote(text, [present]);
    const changes = fc.record({ at: fc.integer({ min: 0, max: note.length - 1 }), by: fc.integer({ min: 1, max: 94 }) });
    const property = fc.property(changes, ({ at, by }) => {
      const other = String.fromCharCode(32 + ((note.charCodeAt(at) - 32 + by + 95) % 95));
      fc.pre(other !== note[at]);
      const changed = note.slice(0, at) + other + note.slice(at + 1);
      expect(() => openCheckpoint(changed, [present.key])).toThrow();
    });
    fc.assert(property, { numRuns: 500 });
  });

  it.each([
    ['no size', 'x/y\n\n'],
    ['a size with a zero before it', `x/y\n015\n${Buffer.alloc(32).toString('base64')}\n`],
    ['a root that is too short', `x/y\n15\n${Buffer.alloc(31).toString('base64')}\n`],
  ])('with %s is none', (_what, wrong) => {
    expect(() => readCheckpoint(signNote(wrong, [present]))).toThrow('The note is no checkpoint');
  });

  it('of an impossible size is refused', () => {
    expect(() => readCheckpoint(signNote(`x\n9007199254740993\n${Buffer.alloc(32).toString('base64')}\n`, [present]))).toThrow('of an impossible size, 9007199254740993');
  });
});

describe('a note', () => {
  it.each(['', 'text', 'text\n', 'text\n\n', 'text\n\nno signature\n', '\u2014 a b\n'])('%j is none', (note) => {
    expect(() => parseNote(note)).toThrow('sign');
  });

  it('may hold empty lines in its text', () => {
    expect(parseNote(signNote('a\n\nb\n', [present])).text).toBe('a\n\nb\n');
  });
});

describe('a public key', () => {
  it('is one line, and is read as it was written', () => {
    expect(parseVerifierKey(formatVerifierKey(present.key))).toEqual(present.key);
  });

  it('and a note of others are read, too', () => {
    const key = parseVerifierKey(EXAMPLE.key);
    const { text: said, signatures } = parseNote(EXAMPLE.note);
    expect(formatVerifierKey(key)).toBe(EXAMPLE.key);
    expect(signatures.map(({ name, keyId, signature }) => [name, keyId, isSignedBy(key, said, signature)])).toEqual([['PeterNeumann', 'c74f20a3', true]]);
  });

  it('that was altered is refused', () => {
    const line = formatVerifierKey(present.key);
    const at = line.length - 20;
    const altered = line.slice(0, at) + (line[at] === 'A' ? 'B' : 'A') + line.slice(at + 1);
    expect(() => parseVerifierKey(altered)).toThrow('The public key of tenure/0011aabb was altered');
  });

  it.each(['', 'name', 'name+12345678', 'na me+12345678+AAAA', 'name+12345678+AAAA'])('%j is none', (line) => {
    expect(() => parseVerifierKey(line)).toThrow('public key');
  });

  it('may be one of a file of them', () => {
    const file = `# keys\n\n${formatVerifierKey(former.key)}\r\n${formatVerifierKey(present.key)}\n`;
    expect(parseVerifierKeys(file)).toEqual([former.key, present.key]);
    expect(() => parseVerifierKeys('# nothing\n')).toThrow('There is no public key in it');
  });
});

describe('the name of a log', () => {
  it('says who signs it, of which tenant it is, and how often it was rolled back', () => {
    const parts = { keyName: 'tenure/0011aabb', tenantId: newId('ten'), generation: 12 };
    expect(parseOrigin(formatOrigin(parts))).toEqual(parts);
  });

  it.each(['', 'tenure/0011aabb', 'tenure/0011aabb/ten_x/1', `tenure/0011aabb/${newId('ten')}/0`])('%j is none', (name) => {
    expect(() => parseOrigin(name)).toThrow('is no log of Tenure');
  });
});
