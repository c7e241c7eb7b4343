import { Injectable } from '@nestjs/common';
import type { Caller, InstanceId } from '#libs/contracts';
import { Clock, Database, InstanceNotFound, InvalidRequest } from '#libs/platform';
import { ActiveHoldsRepository, decide, decideMessages, PolicyVersions, RetentionFactsRepository } from '#libs/retention';
import { type ExplainQuery, type ExplanationDto, toExplanationDto } from './explanation.dto.js';

/** Why an instance is or is not about to be archived or removed: the answer of the very function that acts, from the very row. */
@Injectable()
export class ExplanationsService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
  ) {}

  explain(caller: Caller, id: InstanceId, { at: asked, policyVersion }: ExplainQuery): Promise<ExplanationDto> {
    return this.database.forCaller(caller, async (tx) => {
      const [facts] = await this.facts.of(tx, [id]);
      if (!facts) throw new InstanceNotFound();
      const now = (await this.clock.now(tx)).getTime();
      const at = asked === undefined ? now : Date.parse(asked);
      if (at < now) throw new InvalidRequest([{ pointer: '/at', detail: 'must not lie in the past' }]);
      const policy = await (policyVersion === undefined ? this.versions.inForce(tx) : this.versions.candidate(tx, policyVersion, now));
      const holds = await this.holds.on(tx, [id]);
      const decision = decide(policy, facts, holds, at, facts.schedule?.by ?? 'rule');
      return toExplanationDto({ policy, facts, decision, messages: decideMessages(policy, facts, holds, at), at });
    });
  }
}
