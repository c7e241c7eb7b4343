import { Injectable } from '@nestjs/common';
import { idFrom, type KeyId, newId, uuidOf } from '#libs/contracts';
import { Database, SecuritySettings } from '#libs/platform';
import { type KeyMaterial, matches, materialOf, newKey } from './key-material.js';

interface OperatorKeyRow {
  id: string;
  hash: Uint8Array;
}

/** The keys of whoever runs this installation. They belong to no tenant. */
@Injectable()
export class OperatorKeys {
  constructor(
    private readonly database: Database,
    private readonly settings: SecuritySettings,
  ) {}

  /** Its id, or null when this is no operator key. */
  async find(key: string): Promise<KeyId | null> {
    const { prefix } = materialOf(key);
    const [row] = await this.database.readAcrossTenants(
      'operator keys belong to no tenant',
      (tx) => tx.query<OperatorKeyRow[]>`SELECT id, hash FROM operator_keys WHERE prefix = ${prefix}`,
    );
    return row && matches(key, row.hash) ? idFrom('key', row.id) : null;
  }

  /**
   * Makes sure there is one: the one of the settings, which then is the only one, or else a new one at the very first start.
   * Returns the key when it was made here, since nobody can be shown it again.
   */
  ensure(): Promise<string | null> {
    const { operatorKey } = this.settings;
    return operatorKey ? this.fix(materialOf(operatorKey)) : this.makeFirst(newKey('op'));
  }

  private async fix({ prefix, hash }: KeyMaterial): Promise<null> {
    await this.database.acrossTenants('operator keys belong to no tenant', async (tx) => {
      await tx.execute`DELETE FROM operator_keys WHERE hash <> ${hash}`;
      await tx.execute`
        INSERT INTO operator_keys (id, prefix, hash, created_at) VALUES (${uuidOf(newId('key'))}::uuid, ${prefix}, ${hash}, tenure_now())
        ON CONFLICT (prefix) DO NOTHING`;
    });
    return null;
  }

  private async makeFirst({ key, prefix, hash }: KeyMaterial): Promise<string | null> {
    const made = await this.database.acrossTenants('operator keys belong to no tenant', async (tx) => {
      // of several first starts one makes it
      await tx.execute`SELECT pg_advisory_xact_lock(hashtext('operator_keys'))`;
      return tx.execute`
        INSERT INTO operator_keys (id, prefix, hash, created_at)
        SELECT ${uuidOf(newId('key'))}::uuid, ${prefix}, ${hash}, tenure_now() WHERE NOT EXISTS (SELECT 1 FROM operator_keys)`;
    });
    return made > 0 ? key : null;
  }
}
