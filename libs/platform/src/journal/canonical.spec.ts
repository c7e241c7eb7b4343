import fs from 'node:fs';
import path from 'node:path';
import { canonicalForm, type StoredEntry } from './canonical.js';

const golden = path.join(import.meta.dirname, 'canonical.golden.txt');
const lines = fs.readFileSync(golden, 'utf8').trimEnd().split('\n');

const entry: StoredEntry = {
  id: 'evt_01h455vb4pex5vsknk084sn02q',
  type: 'connection.closed',
  tenantId: 'ten_01h455vb4pex5vsknk084sn02r',
  instanceId: 'ins_01h455vb4pex5vsknk084sn02s',
  seq: 12,
  position: 345,
  occurredAt: new Date('2026-11-23T10:00:00.000Z'),
  actor: { kind: 'system', id: 'connections' },
  causationId: null,
  data: { until: null, reason: 'connection_lost', code: 428 },
  personal: null,
};
const ofTenant: StoredEntry = {
  ...entry,
  type: 'api_key.created',
  instanceId: null,
  seq: null,
  position: 2,
  actor: { kind: 'api_key', id: 'key_01h455vb4pex5vsknk084sn02t', requestId: 'req_01h455vb4pex5vsknk084sn02v' },
  data: { scopes: ['*'], environment: 'test', keyId: 'key_01h455vb4pex5vsknk084sn02w' },
};
const withPersonal: StoredEntry = { ...entry, type: 'instance.renamed', data: {}, personal: Buffer.from([0, 255, 16, 'é'.charCodeAt(0)]) };

describe('the canonical form of a journal entry', () => {
  it.each([
    ['an entry of an instance', entry, 0],
    ['an entry of a tenant', ofTenant, 1],
    ['an entry with personal data', withPersonal, 2],
  ])('of %s is the golden one, byte for byte: it is what audits hash', (_what, of, line) => {
    expect(canonicalForm(of)).toBe(lines[line]);
  });

  it('does not depend on the order in which fields were written', () => {
    const shuffled = Object.fromEntries(Object.entries(entry).reverse()) as unknown as StoredEntry;
    expect(canonicalForm(shuffled)).toBe(canonicalForm(entry));
  });
});
