import { Injectable } from '@nestjs/common';
import type { Caller, DeletionRequestId } from '#libs/contracts';
import { InvalidRequest, Mutations, type TenantTx } from '#libs/platform';
import { DeletionPlan } from './deletion-plan.js';
import { DeletionCarriedOut, DeletionRequestClosed, DeletionRequestNotFound } from './deletion.errors.js';
import { type ConfirmDeletionDto, type DeletionRequestDto, toDeletionRequestDto } from './deletion-request.dto.js';
import { type DeletionRequest, DeletionRequestsRepository } from './deletion-requests.repository.js';
import { DeletionSubjects } from './deletion-subjects.js';
import { isToken } from './deletion-token.js';

type Found = DeletionRequest & { tokenOver: boolean };

/** What a person does about a deletion that was asked for: confirms it, which starts its grace, or takes it back. */
@Injectable()
export class DeletionConfirmation {
  constructor(
    private readonly mutations: Mutations,
    private readonly requests: DeletionRequestsRepository,
    private readonly subjects: DeletionSubjects,
    private readonly plan: DeletionPlan,
  ) {}

  /** Confirmed again with the same words it is the same answer. @throws DeletionRequestNotFound, InvalidRequest, DeletionRequestClosed, DeletionProtected, DeletionBlocked, LogoutImpossible */
  confirm(caller: Caller, id: DeletionRequestId, { token, name, logout = false }: ConfirmDeletionDto): Promise<DeletionRequestDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { instanceId, tokenHash, keyId } = await this.find(tx, id);
      tx.concerned.add(instanceId);
      if (!isToken(token, tokenHash) || keyId !== caller.keyId) throw new InvalidRequest([{ pointer: '/token', detail: 'is not the token that this key was given for this request' }]);
      await this.plan.lockRules(tx);
      const subject = await this.subjects.lock(tx, instanceId);
      const request = await this.find(tx, id);
      if (subject.facts.name !== name.normalize('NFC').trim()) throw new InvalidRequest([{ pointer: '/name', detail: 'is not the name of the instance' }]);
      if (request.status === 'confirmed') return toDeletionRequestDto(request);
      requireOpen(request, subject.version);
      await this.requests.settle(tx, id, 'confirmed', await this.plan.schedule(tx, subject.facts, caller.actor, { logout }));
      return toDeletionRequestDto(await this.find(tx, id));
    });
  }

  /** At any time before it is carried out. Cancelled again nothing changes. @throws DeletionRequestNotFound, DeletionCarriedOut */
  cancel(caller: Caller, id: DeletionRequestId): Promise<DeletionRequestDto> {
    return this.mutations.forCaller(caller, async (tx) => {
      const { instanceId } = await this.find(tx, id);
      const isThere = await this.plan.lockScheduled(tx, instanceId);
      const { status } = await this.find(tx, id);
      if (!isThere && status === 'confirmed') throw new DeletionCarriedOut();
      if (status === 'confirmed') await this.plan.takeBack(tx, instanceId, caller.actor);
      await this.requests.settle(tx, id, 'cancelled', null);
      return toDeletionRequestDto(await this.find(tx, id));
    });
  }

  private async find(tx: TenantTx, id: DeletionRequestId): Promise<Found> {
    const request = await this.requests.find(tx, id);
    if (!request) throw new DeletionRequestNotFound();
    return request;
  }
}

/** @throws DeletionRequestClosed */
function requireOpen({ status, tokenOver, instanceVersion }: Found, version: number): void {
  if (status === 'cancelled') throw new DeletionRequestClosed('It was cancelled.');
  if (tokenOver) throw new DeletionRequestClosed('The ten minutes in which it could be confirmed are over.');
  if (instanceVersion !== version) throw new DeletionRequestClosed('The instance was changed since it was asked for.');
}
