import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Look } from '../metrics/look.js';
import { readApplied } from '../schema/migrations.js';
import { Readiness } from './readiness.js';

const EVERY_MS = 3_000;

/**
 * Whether the schema still is this build's. The start refuses any other (`installSchema`, `checkSchema`), so what was there then has to be there
 * still: somebody may restore a backup under a running process. What a younger build has added does not count: a process of the build before
 * goes on during an upgrade. While the database is away, the last answer counts.
 */
@Injectable()
export class SchemaReadiness implements OnApplicationBootstrap {
  private readonly look = new Look(() => this.read(), { everyMs: EVERY_MS });
  private atStart: string[] | undefined;

  constructor(
    private readonly database: Database,
    readiness: Readiness,
  ) {
    readiness.contribute('migrations', () => this.check());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.look.latest();
  }

  private async check(): Promise<string | null> {
    const { value, failure } = await this.look.latest();
    if (!value) return `The migrations in the database cannot be read: ${failure?.message ?? 'not yet'}.`;
    return describeChange(this.atStart ?? [], value);
  }

  private async read(): Promise<string[]> {
    const applied = (await readApplied(this.database.pool)) ?? [];
    const now = applied.map(({ name, checksum, finished }) => (finished ? `${name} (${checksum.slice(0, 8)})` : `${name} (unfinished)`));
    this.atStart ??= now;
    return now;
  }
}

/** Null when everything of before is still there as it was. */
function describeChange(before: string[], now: string[]): string | null {
  const missing = before.filter((migration) => !now.includes(migration));
  return missing.length === 0 ? null : `The schema is not the one this process started with: ${missing.join(', ')} is missing.`;
}
