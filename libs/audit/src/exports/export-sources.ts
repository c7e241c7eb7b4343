import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { canonicalForm, Database, type EntryFilter, PositionedEntries, type PositionedEntry } from '#libs/platform';
import { CheckpointsRepository } from '../checkpoints/checkpoints.repository.js';
import { TreeReader } from '../tree/tree-reader.js';
import type { ExportSource, ShownEntry } from './export-source.js';
import { LeavesRepository } from './leaves.repository.js';

/** A tenant's journal as a caller may see it: a short transaction for each piece, since what is sealed changes no more. */
@Injectable()
export class ExportSources {
  constructor(
    private readonly database: Database,
    private readonly entries: PositionedEntries,
    private readonly leaves: LeavesRepository,
    private readonly tree: TreeReader,
    private readonly checkpoints: CheckpointsRepository,
  ) {}

  of(caller: Caller, filter: EntryFilter): ExportSource {
    return {
      shown: (from, to) =>
        this.database.forCaller(caller, async (tx) => {
          const entries = await this.entries.between(tx, from, to, filter);
          const leaves = await this.leaves.at(tx, entries.map(({ position }) => position));
          return entries.map((entry) => toShown(entry, leaves.get(entry.position) ?? null));
        }),
      hashes: (nodes) => this.database.forCaller(caller, (tx) => this.tree.hashes(tx, nodes)),
      checkpoints: (from, to) => this.database.forCaller(caller, (tx) => this.checkpoints.between(tx, from, to)),
    };
  }
}

function toShown({ position, entry, personal }: PositionedEntry, leaf: Buffer | null): ShownEntry {
  const clear = personal && { clear: JSON.parse(personal.plain.toString()) as unknown, key: personal.entryKey };
  return { position, leaf, canonical: entry && canonicalForm(entry), personal: clear };
}
