import { MemoryLog } from '../../test/memory-log.js';
import { verdictOn } from '../../test/verdict.js';
import { formatVerifierKey } from '../notes/verifier-key.js';
import { KnownKeys } from './known-keys.js';
import { verifyFile } from './verify-file.js';

const log = new MemoryLog(130);
const keys = KnownKeys.parse(log.publicKeys);
async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
const verified = async (text: string) => {
  const result = await verifyFile(chunks(text), keys, null);
  return result.kind === 'export' ? result.export : null;
};
const every10th = (position: number): boolean => position % 10 === 0;

describe('an export that nobody touched', () => {
  it('verifies, and says how much of it was shown, signed and checked', async () => {
    expect(await verified(await log.export())).toMatchObject({ shown: 130, leftOut: 0, checkpoints: 4, personal: { checked: 16, uncheckable: 16, none: 98 } });
  });

  it('verifies with most of it left out', async () => {
    expect(await verified(await log.export(every10th))).toMatchObject({ shown: 13, leftOut: 117 });
    expect(await verified(await log.export(() => false))).toMatchObject({ shown: 0, leftOut: 130, checkpoints: 1 });
  });

  it('verifies where a log is longer than what is looked at together', async () => {
    const long = new MemoryLog(1_203, 1_000);
    for (const shows of [undefined, every10th, (position: number) => position === 1_203, () => false]) {
      expect(await verdictOn(await long.export(shows), long, long.signed[0]!.note)).toMatch(shows && shows(1_203) ? /cannot be compared/ : /verifies|cannot be compared/);
      expect(await verdictOn(await long.export(shows, 1_000), long, long.signed[0]!.note)).toBe('verifies');
    }
  });
});

describe('a checkpoint that the reader holds', () => {
  it('is met by any export of the same log that is no older', async () => {
    for (const { note } of log.signed) expect(await verdictOn(await log.export(), log, note)).toBe('verifies');
  });

  it('in the middle of what is left out cannot be compared, unless the export was asked for with it', async () => {
    const held = log.signed[1]!;
    expect(await verdictOn(await log.export((position) => position === 130), log, held.note)).toBe(
      'this cannot be compared with the checkpoint you hold: entry 80 is in the middle of what is left out; ask for the export with since=80',
    );
    expect(await verdictOn(await log.export((position) => position === 130, 80), log, held.note)).toBe('verifies');
  });

  it('of another log is no answer', async () => {
    const other = new MemoryLog(5, 5, undefined, log.signer);
    expect(await verdictOn(await log.export(), log, other.signed[0]!.note)).toMatch(/^the checkpoint you hold is of another log/);
  });

  it('tells that the log was begun anew', async () => {
    const anew = (await log.export()).replaceAll(log.origin, log.origin.replace(/1$/, '2'));
    expect(await verdictOn(anew, log, log.signed[0]!.note)).toMatch(/^the log was begun anew since the checkpoint you hold: generation 2, and not 1/);
  });
});

describe('the personal data of an export', () => {
  const changed = async (change: (line: Record<string, unknown>) => void) => {
    const lines = (await log.export()).split('\n');
    const at = lines.findIndex((line) => line.includes('"personalKey"'));
    const line = JSON.parse(lines[at]!) as Record<string, unknown>;
    change(line);
    return verdictOn(lines.with(at, JSON.stringify(line)).join('\n'), log);
  };

  it('is what was sealed, or is told from it', async () => {
    expect(await changed((line) => (line['personal'] = { name: 'another shop' }))).toBe('the personal data shown with entry 4 is not what was sealed in it');
    expect(await changed((line) => (line['personalKey'] = Buffer.alloc(32).toString('base64')))).toBe('the key given with entry 4 does not open its personal data');
    expect(await changed((line) => delete line['personal'])).toBe('the personal data shown with entry 4 is not what was sealed in it');
  });

  it('that has no key of its own is covered by the seal', async () => {
    const lines = (await log.export()).replace('"shop 8"', '"shop 9"');
    expect(await verdictOn(lines, log)).toMatch(/^every entry is as it was signed, and what stands beside them is not/);
  });
});

describe('what is no export', () => {
  it.each([
    ['nothing', '', /neither an export nor a certificate/],
    ['a picture', '\x89PNG\r\n\x1a\n', /neither an export nor a certificate/],
    ['other JSON', '{"kind":"tenure-audit/v2"}\n', /neither an export nor a certificate/],
    ['a long file', 'x'.repeat(2_000_000), /it does not begin like one/],
    ['a header and nothing else', '{"kind":"tenure-audit/v1"}\n', /line 1, the header, was altered/],
  ])('is told so: %s', async (_what, text, says) => {
    expect(await verdictOn(text, log)).toMatch(says);
  });

  it.each(['', '# only a remark\n', 'no key\n', '\n'])('a file of keys that is none is refused: %j', (text) => {
    expect(() => KnownKeys.parse(text)).toThrow('the file of public keys cannot be used');
  });

  it('may have keys beside the one that signed', async () => {
    const more = KnownKeys.parse(`# of 2026\n${formatVerifierKey(new MemoryLog(0).signer.key)}\n${log.publicKeys}`);
    expect(await verifyFile(chunks(await log.export()), more, null)).toMatchObject({ kind: 'export' });
  });
});
