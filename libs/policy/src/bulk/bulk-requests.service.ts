import { Injectable } from '@nestjs/common';
import { type BulkRequestId, type Caller, type InstanceId, isId, newId } from '#libs/contracts';
import { Clock, Database, decodeCursor, InvalidRequest, Mutations, type Page, type PageQuery, pageOf, type TenantTx } from '#libs/platform';
import { parseSelector } from '#libs/retention';
import { hashOfToken, newDeletionToken } from '../deletion/deletion-token.js';
import { BulkRequestNotFound } from './bulk.errors.js';
import { BulkMembersRepository } from './bulk-members.repository.js';
import type { BulkMember } from './bulk-request.js';
import {
  type BulkRequestDto,
  type BulkRequestWithTallyDto,
  type BulkResultDto,
  type NewBulkRequestDto,
  type RequestBulkDto,
  toBulkRequestDto,
  toBulkRequestWithTallyDto,
  toBulkResultDto,
} from './bulk-request.dto.js';
import { BulkRequestsRepository } from './bulk-requests.repository.js';
import { BulkSubjects } from './bulk-subjects.js';

const isRequestKey = (key: unknown[]): key is [BulkRequestId] => key.length === 1 && typeof key[0] === 'string' && isId('blk', key[0]);
const isMemberKey = (key: unknown[]): key is [InstanceId] => key.length === 1 && typeof key[0] === 'string' && isId('ins', key[0]);

/** A person asks for many instances to be archived or deleted, and is shown how many those are. Nothing happens before somebody confirms. */
@Injectable()
export class BulkRequestsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly requests: BulkRequestsRepository,
    private readonly members: BulkMembersRepository,
    private readonly subjects: BulkSubjects,
  ) {}

  /** @throws InvalidRequest */
  open(caller: Caller, asked: RequestBulkDto): Promise<NewBulkRequestDto> {
    const token = newDeletionToken();
    return this.mutations.forCaller(caller, async (tx) => {
      const members = await this.find(tx, asked);
      const { environment, actor: requestedBy, keyId } = caller;
      const shown = { action: asked.action, instances: members.length, wouldRefuse: await this.subjects.wouldRefuse(tx, asked.action, members) };
      const request = { id: newId('blk'), environment, ...shown, requestedAt: await this.clock.now(tx), requestedBy, keyId, tokenHash: hashOfToken(token) };
      const tokenUntil = await this.requests.insert(tx, request);
      await this.members.insert(tx, request.id, members);
      return { ...toBulkRequestDto({ ...request, tokenUntil, status: 'open', confirmedEvent: null, endedAt: null }), token };
    });
  }

  /** @throws BulkRequestNotFound */
  read(caller: Caller, id: BulkRequestId): Promise<BulkRequestWithTallyDto> {
    return this.database.forCaller(caller, async (tx) => {
      const request = await this.requests.find(tx, id);
      if (!request) throw new BulkRequestNotFound();
      return toBulkRequestWithTallyDto(request, await this.members.tally(tx, id));
    });
  }

  async list(caller: Caller, { cursor, limit }: PageQuery): Promise<Page<BulkRequestDto>> {
    const before = decodeCursor(cursor, isRequestKey)?.[0] ?? null;
    const rows = await this.database.forCaller(caller, (tx) => this.requests.list(tx, before, limit + 1));
    return pageOf(rows, limit, toBulkRequestDto, ({ id }) => [id]);
  }

  /** @throws BulkRequestNotFound */
  async results(caller: Caller, id: BulkRequestId, { cursor, limit }: PageQuery): Promise<Page<BulkResultDto>> {
    const after = decodeCursor(cursor, isMemberKey)?.[0] ?? null;
    const rows = await this.database.forCaller(caller, async (tx) => {
      if (!(await this.requests.find(tx, id))) throw new BulkRequestNotFound();
      return this.members.list(tx, id, after, limit + 1);
    });
    return pageOf(rows, limit, toBulkResultDto, ({ instanceId }) => [instanceId]);
  }

  private find(tx: TenantTx, { ids, selector }: RequestBulkDto): Promise<BulkMember[]> {
    if ((ids === undefined) === (selector === undefined)) throw new InvalidRequest([{ pointer: '/ids', detail: 'either ids or a selector must be given, and not both' }]);
    const label = selector === undefined ? null : parseSelector(selector);
    return label ? this.subjects.labelled(tx, label) : this.subjects.named(tx, ids ?? []);
  }
}
