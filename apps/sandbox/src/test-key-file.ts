import fs from 'node:fs';
import path from 'node:path';
import { writeSecret } from '#libs/platform';
import type { FirstTenant, FirstTenants } from '#libs/tenants';

/** The tenant and the key of a sandbox that has its own database. */
export interface OwnTenant extends FirstTenant {
  /** where the key is kept */
  file: string;
}

/** The test key in the data folder, readable by this user only: scripts take it from there, and it is the same at every start. */
export class TestKeyFile {
  private readonly file: string;

  constructor(dataDir: string) {
    this.file = path.join(dataDir, 'test.key');
  }

  /** A key that is lost, or that is not of this database, is replaced by a new one. */
  async ensure(tenants: FirstTenants): Promise<OwnTenant> {
    const first = await tenants.ensure('Sandbox', this.read());
    if (first.isNew) writeSecret(this.file, `${first.key}\n`);
    return { ...first, file: this.file };
  }

  private read(): string | null {
    return fs.existsSync(this.file) ? fs.readFileSync(this.file, 'utf8').trim() : null;
  }
}
