import { CERTIFICATE_KIND, type CertificateFile, type ProvenEntry } from '../certificates/certificate-file.js';
import { existenceStatement } from '../exports/statements.js';
import type { OpenedCheckpoint } from '../notes/checkpoint.js';
import { leafHash } from '../tree/hashing.js';
import { verifyInclusion } from '../tree/verify-proofs.js';
import { type CanonicalEntry, readCanonical } from './entry.js';
import { NotReadable, NotVerified } from './faults.js';
import { inWords } from './in-words.js';
import type { KnownKeys } from './known-keys.js';

export interface VerifiedCertificate {
  certificate: CertificateFile;
  entries: CanonicalEntry[];
  checkpoint: OpenedCheckpoint;
}

/** @throws NotVerified, NotReadable */
export function verifyCertificate(text: string, keys: KnownKeys): VerifiedCertificate {
  const certificate = parse(text);
  const checkpoint = keys.openCheckpoint(certificate.checkpoint, 'the checkpoint');
  if (!checkpoint.origin.includes(`/${certificate.tenantId}/`)) throw new NotVerified(`the checkpoint is of another log, ${checkpoint.origin}`);
  const entries = certificate.entries.map((entry) => prove(entry, certificate, checkpoint));
  if (certificate.about === 'destruction') requireDestruction(certificate, entries);
  else requireExistence(certificate, entries, checkpoint, keys);
  return { certificate, entries, checkpoint };
}

function prove({ position, canonical, proof }: ProvenEntry, { tenantId, instanceId }: CertificateFile, { size, root }: OpenedCheckpoint): CanonicalEntry {
  const isProven = position <= size && verifyInclusion({ leaf: leafHash(canonical), index: position - 1, size, proof: proof.map((hash) => Buffer.from(hash, 'base64')), root });
  if (!isProven) throw new NotVerified(`entry ${inWords(position)} was altered, or its proof was: it does not lead to the checkpoint over ${inWords(size)} entries`);
  const entry = readCanonical(canonical, { position, tenantId });
  if (entry.instanceId !== instanceId) throw new NotVerified(`entry ${inWords(position)} is of another instance, ${entry.instanceId}`);
  return entry;
}

function requireDestruction({ certificateId }: CertificateFile, entries: CanonicalEntry[]): void {
  const types = ['instance.purged', 'instance.erased'].slice(0, entries.length);
  const isWhole = entries.length > 0 && entries.every(({ type, data }, n) => type === types[n] && data['certificateId'] === certificateId);
  if (!isWhole) throw new NotVerified(`these are not the entries of the destruction that ${certificateId} certifies`);
}

function requireExistence({ instanceId, statement }: CertificateFile, entries: CanonicalEntry[], { origin, size }: OpenedCheckpoint, keys: KnownKeys): void {
  const [created, newest] = entries;
  if (entries.length !== 2 || created!.type !== 'instance.created' || created!.seq! > newest!.seq!) throw new NotVerified(`these are not the first and the newest entry of ${instanceId}`);
  if (newest!.type === 'instance.purged' || newest!.type === 'instance.erased') throw new NotVerified(`${instanceId} was purged, as its newest entry says`);
  const expected = existenceStatement(origin, instanceId, size);
  if (statement === null || keys.openStatement(statement, 'the statement') !== expected) throw new NotVerified(`what is signed does not say that ${instanceId} existed at the checkpoint over ${inWords(size)} entries`);
}

const isProvenEntry = (value: unknown): boolean => {
  const { position, canonical, proof } = (value ?? {}) as ProvenEntry;
  return Number.isSafeInteger(position) && position > 0 && typeof canonical === 'string' && Array.isArray(proof) && proof.every((hash) => typeof hash === 'string');
};

function parse(text: string): CertificateFile {
  const value = parseJson(text);
  if (value?.kind !== CERTIFICATE_KIND) throw new NotReadable('this is neither an export nor a certificate of the audit');
  const { about, tenantId, instanceId, certificateId, entries, checkpoint, statement } = value;
  const isWhole =
    (about === 'destruction' || about === 'existence') &&
    [tenantId, instanceId, checkpoint].every((field) => typeof field === 'string') &&
    [certificateId, statement].every((field) => field === null || typeof field === 'string') &&
    Array.isArray(entries) &&
    entries.every(isProvenEntry);
  if (!isWhole) throw new NotVerified('the certificate was altered: it is not written as certificates are');
  return value;
}

function parseJson(text: string): CertificateFile | null {
  try {
    return JSON.parse(text) as CertificateFile | null;
  } catch {
    return null;
  }
}
