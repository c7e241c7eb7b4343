import type { InstanceId } from '../ids.js';
import type { TenantSql } from './tenant-sql.js';

/**
 * What a feature keeps per instance: it travels with an archive and goes with a purge. Every such feature implements it, and platform's
 * `InstancePayloads` finds it; the archive is one sealed blob with a part for each.
 */
export abstract class InstancePayload {
  /** The key of its part inside the archive; never changes once published. */
  abstract readonly part: string;
  /** Its tables that name an instance. */
  abstract readonly tables: readonly string[];
  /** Takes the rows out of the hot tables and returns them, byte for byte. Null when it keeps nothing of this instance. */
  abstract archive(tx: TenantSql, instanceId: InstanceId): Promise<Buffer | null>;
  /** Puts back exactly what `archive` returned. */
  abstract restore(tx: TenantSql, instanceId: InstanceId, part: Buffer): Promise<void>;
  /** How many rows a purge would remove, by table; at most `most` of each are counted. */
  abstract count(tx: TenantSql, instanceId: InstanceId, most: number): Promise<Record<string, number>>;
  /** Removes, in the transaction of the purge and at fixed cost, what would be of use without the instance's key, or can be read without it. */
  abstract purge(tx: TenantSql, instanceId: InstanceId): Promise<void>;
  /** Removes at most `limit` of the rows that a purge has left unreadable. Returns how many, by table; none: nothing is left. */
  abstract erase(tx: TenantSql, instanceId: InstanceId, limit: number): Promise<Record<string, number>>;
}
