import type { CertificateFile } from '../certificates/certificate-file.js';
import { existenceStatement } from '../exports/statements.js';
import { signNote } from '../notes/signed-note.js';
import { inclusionProof } from '../tree/proofs.js';
import { MemoryLog } from '../../test/memory-log.js';
import { verdictOn } from '../../test/verdict.js';
import type { CanonicalEntry } from './entry.js';

const log = new MemoryLog(60, 60);
const at = (position: number): CanonicalEntry => JSON.parse(log.entries[position - 1]!.canonical!) as CanonicalEntry;

async function certificate(positions: number[], more: Partial<CertificateFile>): Promise<CertificateFile> {
  const [{ size, note }, hashOf] = [log.signed.at(-1)!, await log.hashes()];
  const entries = positions.map((position) => ({
    position,
    canonical: log.entries[position - 1]!.canonical!,
    proof: inclusionProof(position - 1, size, hashOf).map((hash) => hash.toString('base64')),
  }));
  const { instanceId } = at(positions[0]!);
  return { kind: 'tenure-certificate/v1', about: 'destruction', tenantId: log.tenantId, instanceId: instanceId!, certificateId: null, entries, checkpoint: note, statement: null, ...more };
}
const said = (file: object): Promise<string> => verdictOn(JSON.stringify(file, null, 2), log);
/** Of the log: 3 is a purge, 52 is a creation, 58 of the same instance. */
const destruction = () => certificate([3], { certificateId: 'crt_3' });
const existence = async () => {
  const file = await certificate([52, 58], { about: 'existence' });
  return { ...file, statement: signNote(existenceStatement(log.origin, file.instanceId, 60), [log.signer]) };
};

describe('a certificate', () => {
  it('of a destruction verifies with the entry that destroyed the keys', async () => {
    expect(await said(await destruction())).toBe('verifies');
  });

  it('of existence verifies with the signed statement that nothing has purged it', async () => {
    expect(await said(await existence())).toBe('verifies');
  });

  it.each<[string, () => Promise<object>, RegExp]>([
    ['an altered entry', async () => JSON.parse(JSON.stringify(await destruction()).replace('\\"system\\"', '\\"rule\\"')) as object, /^entry 3 was altered, or its proof was/],
    ['a proof of another entry', async () => ({ ...(await destruction()), entries: [{ ...(await destruction()).entries[0], proof: (await existence()).entries[0]!.proof }] }), /^entry 3 was altered, or its proof was/],
    ['another number', async () => ({ ...(await destruction()), certificateId: 'crt_4' }), /not the entries of the destruction that crt_4 certifies/],
    ['another instance', async () => ({ ...(await destruction()), instanceId: at(4).instanceId }), /^entry 3 is of another instance/],
    ['another tenant', async () => ({ ...(await destruction()), tenantId: 'ten_x' }), /^the checkpoint is of another log/],
    ['no entries', async () => ({ ...(await destruction()), entries: [] }), /not the entries of the destruction/],
    ['another key', async () => ({ ...(await destruction()), checkpoint: new MemoryLog(60, 60, log.tenantId).signed[0]!.note }), /^the checkpoint does not count: None of the given public keys signed/],
    ['a statement over another size', async () => ({ ...(await existence()), statement: signNote(existenceStatement(log.origin, at(52).instanceId!, 61), [log.signer]) }), /^what is signed does not say that/],
    ['no statement', async () => ({ ...(await existence()), statement: null }), /^what is signed does not say that/],
    ['a missing field', async () => ({ ...(await existence()), entries: undefined }), /^the certificate was altered/],
  ])('with %s does not', async (_what, file, says) => {
    expect(await said(await file())).toMatch(says);
  });
});
