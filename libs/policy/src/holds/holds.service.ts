import { Injectable } from '@nestjs/common';
import { type Caller, type HoldId, isId, newId } from '#libs/contracts';
import { Clock, Database, decodeCursor, InvalidRequest, Mutations, type Page, pageOf, type TenantTx } from '#libs/platform';
import { HoldsRepository, type StoredHold } from '#libs/retention';
import { type HoldDto, type HoldsQuery, type PlaceHoldDto, toHoldDto } from './hold.dto.js';
import { HoldGround } from './hold-ground.js';
import { holdTarget } from './hold-target.js';
import { HoldNotFound, TooManyHolds } from './holds.errors.js';

const MOST = 1_000;
const isHoldKey = (key: unknown[]): key is [HoldId] => key.length === 1 && typeof key[0] === 'string' && isId('hld', key[0]);

/** Holds: whatever one covers is removed by nobody until it is released. An archive is no removal. */
@Injectable()
export class HoldsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly holds: HoldsRepository,
    private readonly ground: HoldGround,
  ) {}

  /** When it answers, nothing that the hold covers is removed any more. @throws InvalidRequest, InstanceNotFound, HoldTooLate, TooManyHolds */
  place({ environment, actor, ...caller }: Caller, request: PlaceHoldDto): Promise<HoldDto> {
    const target = holdTarget(request);
    return this.mutations.forCaller({ environment, actor, ...caller }, async (tx) => {
      await this.ground.lockToHold(tx, target);
      if ((await this.holds.countActive(tx)) >= MOST) throw new TooManyHolds(MOST);
      const placed = { placedAt: await this.clock.now(tx), placedBy: actor, releasedAt: null, releasedBy: null };
      const hold: StoredHold = { id: newId('hld'), environment, ...target, reason: request.reason, ...placed };
      await this.holds.insert(tx, hold);
      await this.ground.announce(tx, hold, 'placed', actor);
      return toHoldDto(hold);
    });
  }

  /** From now on grace and notice of what it covered count anew. @throws HoldNotFound */
  release(caller: Caller, id: HoldId): Promise<void> {
    return this.mutations.forCaller(caller, async (tx) => {
      const hold = await this.find(tx, id);
      await this.ground.lock(tx, hold);
      if (!(await this.holds.release(tx, id, await this.clock.now(tx), caller.actor))) throw new HoldNotFound();
      await this.ground.announce(tx, hold, 'released', caller.actor);
    });
  }

  read(caller: Caller, id: HoldId): Promise<HoldDto> {
    return this.database.forCaller(caller, async (tx) => toHoldDto(await this.find(tx, id)));
  }

  async list(caller: Caller, { cursor, limit, instanceId, status }: HoldsQuery): Promise<Page<HoldDto>> {
    const before = decodeCursor(cursor, isHoldKey)?.[0] ?? null;
    if (instanceId !== undefined && !isId('ins', instanceId)) throw new InvalidRequest([{ pointer: '/instanceId', detail: 'is not the id of an instance' }]);
    const filter = { instanceId: instanceId ?? null, released: status === 'released' };
    const rows = await this.database.forCaller(caller, (tx) => this.holds.list(tx, filter, before, limit + 1));
    return pageOf(rows, limit, toHoldDto, ({ id }) => [id]);
  }

  private async find(tx: TenantTx, id: HoldId): Promise<StoredHold> {
    const hold = await this.holds.find(tx, id);
    if (!hold) throw new HoldNotFound();
    return hold;
  }
}
