import { Injectable } from '@nestjs/common';
import { type Caller, type DeletionRequestId, type InstanceId, isId, newId } from '#libs/contracts';
import { Clock, Database, decodeCursor, InvalidRequest, Mutations, type Page, pageOf } from '#libs/platform';
import { DeletionRequestNotFound } from './deletion.errors.js';
import { type DeletionRequestDto, type DeletionRequestsQuery, type NewDeletionRequestDto, toDeletionRequestDto } from './deletion-request.dto.js';
import { DeletionRequestsRepository } from './deletion-requests.repository.js';
import { DeletionSubjects } from './deletion-subjects.js';
import { hashOfToken, newDeletionToken } from './deletion-token.js';

const isRequestKey = (key: unknown[]): key is [DeletionRequestId] => key.length === 1 && typeof key[0] === 'string' && isId('del', key[0]);

/** A person asks for a deletion, and is shown what would go. Nothing happens before somebody confirms. */
@Injectable()
export class DeletionRequestsService {
  constructor(
    private readonly database: Database,
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly requests: DeletionRequestsRepository,
    private readonly subjects: DeletionSubjects,
  ) {}

  /** @throws InstanceNotFound, DeletionCarriedOut, DeletionProtected */
  open({ environment, actor, keyId, ...caller }: Caller, instanceId: InstanceId): Promise<NewDeletionRequestDto> {
    const token = newDeletionToken();
    return this.mutations.forCaller({ environment, actor, keyId, ...caller }, async (tx) => {
      const subject = await this.subjects.lock(tx, instanceId);
      const shown = { instanceVersion: subject.version, wouldRemove: await this.subjects.weigh(tx, subject) };
      const asked = { requestedAt: await this.clock.now(tx), requestedBy: actor, keyId, tokenHash: hashOfToken(token) };
      const request = { id: newId('del'), instanceId, environment, ...shown, ...asked };
      const tokenUntil = await this.requests.insert(tx, request);
      return { ...toDeletionRequestDto({ ...request, tokenUntil, status: 'open', purgeId: null }), token };
    });
  }

  /** @throws DeletionRequestNotFound */
  read(caller: Caller, id: DeletionRequestId): Promise<DeletionRequestDto> {
    return this.database.forCaller(caller, async (tx) => {
      const request = await this.requests.find(tx, id);
      if (!request) throw new DeletionRequestNotFound();
      return toDeletionRequestDto(request);
    });
  }

  async list(caller: Caller, { cursor, limit, instanceId }: DeletionRequestsQuery): Promise<Page<DeletionRequestDto>> {
    const before = decodeCursor(cursor, isRequestKey)?.[0] ?? null;
    if (instanceId !== undefined && !isId('ins', instanceId)) throw new InvalidRequest([{ pointer: '/instanceId', detail: 'is not the id of an instance' }]);
    const rows = await this.database.forCaller(caller, (tx) => this.requests.list(tx, instanceId ?? null, before, limit + 1));
    return pageOf(rows, limit, toDeletionRequestDto, ({ id }) => [id]);
  }
}
