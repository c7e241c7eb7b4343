import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { canonicalForm, Database, decodeCursor, pageOf, PositionedEntries } from '#libs/platform';
import type { AuditEntriesQuery, AuditEntryDto, AuditEntryPageDto } from './audit-entry.dto.js';
import { LeavesRepository } from './leaves.repository.js';

const isPositionKey = (key: unknown[]): key is [number] => key.length === 1 && Number.isSafeInteger(key[0]);

/** What was hashed, a page at a time. What is not in the tree yet is not listed yet. */
@Injectable()
export class AuditEntries {
  constructor(
    private readonly database: Database,
    private readonly entries: PositionedEntries,
    private readonly leaves: LeavesRepository,
  ) {}

  async list(caller: Caller, { after, cursor, limit }: AuditEntriesQuery): Promise<AuditEntryPageDto> {
    const from = decodeCursor(cursor, isPositionKey)?.[0] ?? after;
    const rows = await this.database.forCaller(caller, async (tx) => {
      const entries = await this.entries.after(tx, from, limit + 1);
      const leaves = await this.leaves.at(tx, entries.map(({ position }) => position));
      return entries.flatMap((entry): AuditEntryDto[] => {
        const leaf = leaves.get(entry.position);
        return leaf ? [{ position: entry.position, canonical: canonicalForm(entry), leaf: leaf.toString('base64') }] : [];
      });
    });
    return pageOf(rows, limit, (row) => row, ({ position }) => [position]);
  }
}
