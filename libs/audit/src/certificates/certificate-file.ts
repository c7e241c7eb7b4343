export const CERTIFICATE_KIND = 'tenure-certificate/v1';

/** An entry, and what proves that it is in the log that the checkpoint of the certificate is of. */
export interface ProvenEntry {
  position: number;
  canonical: string;
  /** an inclusion proof (RFC 6962), base64 */
  proof: string[];
}

/** What is certified of an instance: its end (the entries that destroyed its keys and, once they are gone, its rows), or that it is there (its first and its newest). */
export interface CertificateFile {
  kind: typeof CERTIFICATE_KIND;
  about: 'destruction' | 'existence';
  tenantId: string;
  instanceId: string;
  /** null: of existence */
  certificateId: string | null;
  entries: ProvenEntry[];
  /** signed */
  checkpoint: string;
  /** of existence: signed, that nothing has purged it up to that checkpoint; else null */
  statement: string | null;
}
