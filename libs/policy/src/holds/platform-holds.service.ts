import { Injectable, Logger } from '@nestjs/common';
import { type HoldId, isId, newId, type Operator } from '#libs/contracts';
import { decodeCursor, type Page, type PageQuery, pageOf } from '#libs/platform';
import { PlatformHoldsRepository } from '#libs/retention';
import { HoldNotFound, TooManyHolds } from './holds.errors.js';
import { type PlatformHoldDto, toPlatformHoldDto } from './platform-hold.dto.js';

const MOST = 100;
const isHoldKey = (key: unknown[]): key is [HoldId] => key.length === 1 && typeof key[0] === 'string' && isId('hld', key[0]);

/** Holds of the operator: nothing of any tenant is removed until they are released. Unlike the kill switch they let rules archive. */
@Injectable()
export class PlatformHoldsService {
  private readonly log = new Logger('platform');

  constructor(private readonly holds: PlatformHoldsRepository) {}

  /** When it answers, nothing is removed any more. @throws TooManyHolds */
  async place({ keyId }: Operator, reason: string): Promise<PlatformHoldDto> {
    const id = newId('hld');
    if (!(await this.holds.place(id, reason, keyId, MOST))) throw new TooManyHolds(MOST);
    this.log.warn({ keyId, holdId: id, reason }, 'a platform hold is placed: nothing is removed');
    return this.read(id);
  }

  /** @throws HoldNotFound */
  async release({ keyId }: Operator, id: HoldId): Promise<void> {
    if (!(await this.holds.release(id, keyId))) throw new HoldNotFound();
    this.log.warn({ keyId, holdId: id }, 'a platform hold is released');
  }

  async read(id: HoldId): Promise<PlatformHoldDto> {
    const hold = await this.holds.find(id);
    if (!hold) throw new HoldNotFound();
    return toPlatformHoldDto(hold);
  }

  async list({ cursor, limit }: PageQuery): Promise<Page<PlatformHoldDto>> {
    const before = decodeCursor(cursor, isHoldKey)?.[0] ?? null;
    return pageOf(await this.holds.list(before, limit + 1), limit, toPlatformHoldDto, ({ id }) => [id]);
  }
}
