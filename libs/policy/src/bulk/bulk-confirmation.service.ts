import { Injectable } from '@nestjs/common';
import type { BulkRequestId, Caller } from '#libs/contracts';
import { Clock, InvalidRequest, Journal, Mutations, type TenantTx } from '#libs/platform';
import { isToken } from '../deletion/deletion-token.js';
import { BulkRequestClosed, BulkRequestNotFound } from './bulk.errors.js';
import { BulkMembersRepository } from './bulk-members.repository.js';
import { type BulkRequestWithTallyDto, type ConfirmBulkDto, toBulkRequestWithTallyDto } from './bulk-request.dto.js';
import { BulkRequestsRepository } from './bulk-requests.repository.js';

/** What a person does about a bulk request: confirms it, which begins it, or stops it. */
@Injectable()
export class BulkConfirmation {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly requests: BulkRequestsRepository,
    private readonly members: BulkMembersRepository,
  ) {}

  /** Confirmed again it goes on as it was. @throws BulkRequestNotFound, InvalidRequest, BulkRequestClosed */
  confirm(caller: Caller, id: BulkRequestId, { token, instances }: ConfirmBulkDto): Promise<BulkRequestWithTallyDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const request = await this.find(tx, id);
      if (!isToken(token, request.tokenHash) || request.keyId !== caller.keyId) throw new InvalidRequest([{ pointer: '/token', detail: 'is not the token that this key was given for this request' }]);
      if (request.instances !== instances) throw new InvalidRequest([{ pointer: '/instances', detail: 'is not how many instances it is about' }]);
      if (request.status === 'stopped') throw new BulkRequestClosed('It was stopped.');
      if (request.status === 'open' && request.tokenOver) throw new BulkRequestClosed('The ten minutes in which it could be confirmed are over.');
      const { environment, action } = request;
      const began = await this.requests.settle(tx, id, ['open'], 'running', await this.clock.now(tx));
      const data = { bulkRequestId: id, environment, action, instances };
      if (began) await this.requests.noteConfirmed(tx, id, await this.journal.appendOfTenant(tx, { type: 'retention.bulk_confirmed', actor: caller.actor, data }));
      return this.present(tx, id);
    });
  }

  /** What is done stays done; once this is answered no more is. Of what has ended nothing changes. @throws BulkRequestNotFound */
  stop(caller: Caller, id: BulkRequestId): Promise<BulkRequestWithTallyDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      await this.find(tx, id);
      const stopped = await this.requests.settle(tx, id, ['open', 'running'], 'stopped', await this.clock.now(tx));
      if (stopped) await this.journal.appendOfTenant(tx, { type: 'retention.bulk_stopped', actor: caller.actor, data: { bulkRequestId: id } });
      return this.present(tx, id);
    });
  }

  private async present(tx: TenantTx, id: BulkRequestId): Promise<BulkRequestWithTallyDto> {
    return toBulkRequestWithTallyDto(await this.find(tx, id), await this.members.tally(tx, id));
  }

  private async find(tx: TenantTx, id: BulkRequestId) {
    const request = await this.requests.find(tx, id);
    if (!request) throw new BulkRequestNotFound();
    return request;
  }
}
