import { Injectable } from '@nestjs/common';
import { idFrom, type KeyId, uuidOf } from '#libs/contracts';
import { Database } from '#libs/platform';

export interface ChosenVersion {
  /** `2.3000.1043857760` */
  version: string;
  since: Date;
  /** the operator key that set it */
  setBy: KeyId;
}

/** The table `whatsapp_version`: one row, or none. */
@Injectable()
export class WhatsAppVersionRepository {
  constructor(private readonly database: Database) {}

  /** Null: nobody has set one. */
  async read(): Promise<ChosenVersion | null> {
    const [row] = await this.database.readAcrossTenants('the version is of the whole fleet', (tx) => tx.query<{ version: string; since: Date; set_by: string }[]>`
      SELECT version, since, set_by FROM whatsapp_version`);
    return row ? { version: row.version, since: row.since, setBy: idFrom('key', row.set_by) } : null;
  }

  async set(version: string, by: KeyId): Promise<void> {
    await this.database.acrossTenants('the version is of the whole fleet', (tx) => tx.execute`
      INSERT INTO whatsapp_version AS w (version, since, set_by) VALUES (${version}, clock_timestamp(), ${uuidOf(by)}::uuid)
      ON CONFLICT (id) DO UPDATE SET version = excluded.version, since = excluded.since, set_by = excluded.set_by WHERE w.version <> excluded.version`);
  }

  async clear(): Promise<void> {
    await this.database.acrossTenants('the version is of the whole fleet', (tx) => tx.execute`DELETE FROM whatsapp_version`);
  }
}
