import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Database, InvalidRequest, PositionedEntries, requireInstance } from '#libs/platform';
import { Checkpoints } from '../checkpoints/checkpoints.js';
import { SigningKeys } from '../keys/signing-keys.js';
import { readCheckpoint } from '../notes/checkpoint.js';
import { signNote } from '../notes/signed-note.js';
import { EXPORT_KIND } from './export-lines.js';
import type { ExportQuery } from './export.query.dto.js';
import { ExportSources } from './export-sources.js';
import { readFilter, shownFilter } from './read-filter.js';
import { writeExport } from './write-export.js';

/** The journal as a file. Nothing is read before it is wanted: a piece at a time, when whoever reads has taken the one before. */
@Injectable()
export class AuditExports {
  constructor(
    private readonly database: Database,
    private readonly entries: PositionedEntries,
    private readonly checkpoints: Checkpoints,
    private readonly keys: SigningKeys,
    private readonly sources: ExportSources,
  ) {}

  /** Waits for the sealer, and signs over the last entry before anything is sent. @throws InvalidRequest, InstanceNotFound, AuditBehind */
  async open(caller: Caller, query: ExportQuery): Promise<Readable> {
    const filter = readFilter(query);
    const newest = await this.database.forCaller(caller, async (tx) => {
      if (filter.instanceId) await requireInstance(tx, filter.instanceId);
      return this.entries.newest(tx);
    });
    const checkpoint = await this.checkpoints.signedOver(caller.tenantId, newest);
    const { origin } = readCheckpoint(checkpoint.note);
    const since = query.since ?? null;
    if (since !== null && since > checkpoint.size) throw new InvalidRequest([{ pointer: '/since', detail: `is beyond the tree, which has ${checkpoint.size} entries` }]);
    const header = { kind: EXPORT_KIND, origin, tenantId: caller.tenantId, environment: caller.environment, filter: shownFilter(filter), size: checkpoint.size } as const;
    const plan = { header, checkpoint, since, sign: async (text: string) => signNote(text, await this.keys.signers()) };
    return Readable.from(writeExport(plan, this.sources.of(caller, filter)), { objectMode: false });
  }
}
