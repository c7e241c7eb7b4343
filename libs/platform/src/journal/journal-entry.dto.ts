import { PageQuery } from '../http/page.dto.js';
import { OptionalWholeNumber } from '../http/whole-number.js';
import type { ReadEntry } from './journal-reader.js';

export class ActorDto {
  /** @example "rule" */
  kind!: 'api_key' | 'rule' | 'system';

  /** Key id, `policy/<version>/<rule>`, or the part of the product @example "policy/3/logged-out" */
  id!: string;

  /** Of a key: what the operation asked of it, a scope or `operator`; absent in entries of before it was noted @example "retention:purge" */
  scope?: string;

  /** The request that led to it, as in the log @example "req_01h455vb4pex5vsknk084sn02q" */
  requestId?: string;
}

export class JournalEntryDto {
  /** @example "evt_01h455vb4pex5vsknk084sn02q" */
  id!: string;

  /** @example "connection.closed" */
  type!: string;

  /** @example "ten_01h455vb4pex5vsknk084sn02q" */
  tenantId!: string;

  /** null for events of the tenant itself @example "ins_01h455vb4pex5vsknk084sn02q" */
  instanceId!: string | null;

  /** Dense per instance, in commit order; null for events of the tenant itself @example 12 */
  seq!: number | null;

  /** Dense per tenant: the cursor to follow @example 345 */
  position!: number;

  /** @example "2026-11-23T10:00:00.000Z" */
  occurredAt!: string;

  actor!: ActorDto;

  /** The event that led to this one @example "evt_01h455vb4pex5vsknk084sn02p" */
  causationId!: string | null;

  /** Ids, enums and numbers @example { "reason": "connection_lost", "code": 428, "until": null } */
  data!: Record<string, unknown>;

  /** Name, labels, phone number; null when there is none or the instance's key was destroyed @example { "name": "shop" } */
  personal!: Record<string, unknown> | null;
}

export class EventPageDto {
  data!: JournalEntryDto[];

  /** null on the last page */
  nextCursor!: string | null;
}

export class EventsQuery extends PageQuery {
  /** Only what came after this position: a reader that follows positions misses nothing @example 0 */
  @OptionalWholeNumber(0)
  after: number = 0;
}

export function toJournalEntryDto(entry: ReadEntry): JournalEntryDto {
  return { ...entry, occurredAt: entry.occurredAt.toISOString() };
}
