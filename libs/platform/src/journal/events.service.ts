import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { decodeCursor, pageOf } from '../http/page.js';
import type { PageQuery } from '../http/page.dto.js';
import { type EventPageDto, type EventsQuery, toJournalEntryDto } from './journal-entry.dto.js';
import { JournalReader } from './journal-reader.js';

const isNumberKey = (key: unknown[]): key is [number] => key.length === 1 && Number.isSafeInteger(key[0]);

@Injectable()
export class EventsService {
  constructor(private readonly journal: JournalReader) {}

  async list(caller: Caller, { after, cursor, limit }: EventsQuery): Promise<EventPageDto> {
    const key = decodeCursor(cursor, isNumberKey);
    const entries = await this.journal.after(caller, key?.[0] ?? after, limit + 1);
    return pageOf(entries, limit, toJournalEntryDto, ({ position }) => [position]);
  }

  async listOfInstance(caller: Caller, id: InstanceId, { cursor, limit }: PageQuery): Promise<EventPageDto> {
    const key = decodeCursor(cursor, isNumberKey);
    const entries = await this.journal.ofInstance(caller, id, key?.[0] ?? null, limit + 1);
    return pageOf(entries, limit, toJournalEntryDto, ({ seq }) => [seq]);
  }
}
