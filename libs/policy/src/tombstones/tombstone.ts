import { type CertificateId, type InstanceId, isId, type TenantId } from '#libs/contracts';

/** What is left outside the database of an instance that was purged. Nothing personal. */
export interface Tombstone {
  instanceId: InstanceId;
  tenantId: TenantId;
  /** ISO 8601 */
  purgedAt: string;
  certificateId: CertificateId;
}

/** A line of the file, with its end. */
export function lineOf({ instanceId, tenantId, purgedAt, certificateId }: Tombstone): string {
  return `${JSON.stringify({ instanceId, tenantId, purgedAt, certificateId })}\n`;
}

/** Null for what is no tombstone, such as a line that a crash cut off. */
export function parseTombstone(line: string): Tombstone | null {
  const { instanceId, tenantId, purgedAt, certificateId } = fieldsOf(line);
  if (!isIdText('ins', instanceId) || !isIdText('ten', tenantId) || !isIdText('crt', certificateId)) return null;
  if (typeof purgedAt !== 'string' || Number.isNaN(Date.parse(purgedAt))) return null;
  return { instanceId, tenantId, purgedAt, certificateId };
}

function fieldsOf(line: string): Partial<Record<keyof Tombstone, unknown>> {
  try {
    return (JSON.parse(line) as object | null) ?? {};
  } catch {
    return {};
  }
}

const isIdText = <P extends 'ins' | 'ten' | 'crt'>(prefix: P, value: unknown): value is `${P}_${string}` => typeof value === 'string' && isId(prefix, value);
