import type { InstanceId } from '../ids.js';
import type { TenantSql } from './tenant-sql.js';

/**
 * What a feature keeps per instance and must travel with an archive. Every such feature implements it and registers with
 * platform's `InstancePayloads`; the archive is one sealed blob with a part for each.
 */
export abstract class InstancePayload {
  /** The key of its part inside the archive; never changes once published. */
  abstract readonly part: string;
  /** Takes the rows out of the hot tables and returns them, byte for byte. Null when it keeps nothing of this instance. */
  abstract archive(tx: TenantSql, instanceId: InstanceId): Promise<Buffer | null>;
  /** Puts back exactly what `archive` returned. */
  abstract restore(tx: TenantSql, instanceId: InstanceId, part: Buffer): Promise<void>;
}
