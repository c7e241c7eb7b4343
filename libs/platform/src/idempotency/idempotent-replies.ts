import { Injectable } from '@nestjs/common';
import type { IdempotencyTerms, Principal } from '#libs/contracts';
import { Keyring } from '../crypto/keyring.js';
import type { MasterKey } from '../crypto/master-key.js';
import { askForCurrentKey } from '../crypto/master-key-state.js';
import { Database } from '../database/database.js';
import type { Tx } from '../database/tenant-tx.js';
import {
  IdempotencyInProgress,
  IdempotencyKeyReused,
  IdempotencyOutcomeUnknown,
  IdempotencyReplyExpired,
  IdempotencyReplyUnreadable,
} from './idempotency.errors.js';
import { type IdempotentRequest, IdempotentRequestsRepository } from './idempotent-requests.repository.js';
import { ReplySeal } from './reply-seal.js';

/** How long an effect outside the database may take; after that its process is dead or the answer will not come. */
const LONGEST_EFFECT_MS = 120_000;
export const SECRET_LIFE_MS = 600_000;

/** Thrown out of a unit of work that was already done: it is undone, and this is what the first one answered. */
export class AlreadyDone extends Error {
  constructor(readonly reply: unknown) {
    super('The request was carried out before');
  }
}

/** What requests with an idempotency key were answered, kept for a day. */
@Injectable()
export class IdempotentReplies {
  constructor(
    private readonly database: Database,
    private readonly keyring: Keyring,
    private readonly requests: IdempotentRequestsRepository,
  ) {}

  /** @throws AlreadyDone, or the Problem that says why there is no reply; nothing when this is the first time. */
  async lookUp(principal: Principal, terms: IdempotencyTerms): Promise<void> {
    await this.database.forPrincipal(principal.keyId, async (tx) => {
      if (terms.outside) await this.begin(tx, principal, terms);
      else await this.throwWhatIsThere(tx, principal, terms);
    });
    terms.claimed = terms.outside;
  }

  /** Puts the key on record, before the effect. @throws like `lookUp`, also when another request was faster */
  async begin(tx: Tx, principal: Principal, terms: IdempotencyTerms): Promise<void> {
    if (terms.claimed || (await this.requests.insert(tx, principal.keyId, terms))) return;
    await this.throwWhatIsThere(tx, principal, terms);
    throw new IdempotencyInProgress();
  }

  /** In the transaction of the effect wherever it has one. */
  async keep(tx: Tx, principal: Principal, terms: IdempotencyTerms, reply: unknown): Promise<void> {
    const answer = (master: MasterKey) => this.requests.answer(tx, principal.keyId, terms, new ReplySeal(master, principal, terms).seal(reply, terms.secretFields));
    const heard = this.keyring.current;
    if (await answer(heard)) return;
    const current = await askForCurrentKey(tx, this.keyring);
    if (current === heard || !(await answer(current))) throw new IdempotencyInProgress();
  }

  /** For an effect outside the database, which has no transaction. */
  async keepAfterwards(principal: Principal, terms: IdempotencyTerms, reply: unknown): Promise<void> {
    await this.database.forPrincipal(principal.keyId, (tx) => this.keep(tx, principal, terms, reply));
  }

  /** It certainly had no effect. */
  async forget(principal: Principal, terms: IdempotencyTerms): Promise<void> {
    await this.database.forPrincipal(principal.keyId, (tx) => this.requests.remove(tx, principal.keyId, terms));
  }

  private async throwWhatIsThere(tx: Tx, principal: Principal, terms: IdempotencyTerms): Promise<void> {
    const earlier = await this.requests.find(tx, principal.keyId, terms);
    if (earlier) throw this.outcomeOf(earlier, principal, terms);
  }

  private outcomeOf(earlier: IdempotentRequest, principal: Principal, terms: IdempotencyTerms): Error {
    const { fingerprint, reply, secrets, ageMs } = earlier;
    if (!terms.fingerprint.equals(fingerprint)) return new IdempotencyKeyReused();
    if (!reply) return ageMs < LONGEST_EFFECT_MS ? new IdempotencyInProgress() : new IdempotencyOutcomeUnknown();
    const live = ageMs < SECRET_LIFE_MS ? secrets : null;
    const body = this.open(earlier, (master) => new ReplySeal(master, principal, terms).open({ reply, secrets: live }));
    return terms.secretFields.length > 0 && !live ? new IdempotencyReplyExpired(body) : new AlreadyDone(body);
  }

  /** By the key that its row names, or, where it names none, by whichever fits. */
  private open({ masterKeyId }: IdempotentRequest, openWith: (master: MasterKey) => unknown): unknown {
    const candidates = masterKeyId === null ? this.keyring.all : [this.keyring.find(masterKeyId)];
    for (const master of candidates) {
      try {
        if (master) return openWith(master);
      } catch {
        // not this one
      }
    }
    throw new IdempotencyReplyUnreadable();
  }
}
