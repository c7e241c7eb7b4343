import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Clock, Database, type FieldFault } from '#libs/platform';
import { ActiveHoldsRepository, type Comparison, findShortening, PolicyVersions, prospectOf, RetentionFactsRepository, type RetentionPolicy } from '#libs/retention';
import { takeLookTurn } from './look-turn.js';
import { PreviewTally } from './preview-tally.js';

/** What a version would do at one moment, beside what the one in force does. */
export interface PolicyLook {
  /** Milliseconds since 1970. */
  at: number;
  comparison: Comparison;
  /** What in the documents may shorten. */
  shortening: FieldFault[];
  tally: PreviewTally;
}

/**
 * Looks at every instance that the key can see, page by page in one snapshot, with the very function and the very row that the rules act by. It
 * takes no lock: who acts on what it found has to make sure that it is still so.
 */
@Injectable()
export class PolicyLooks {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly facts: RetentionFactsRepository,
    private readonly holds: ActiveHoldsRepository,
  ) {}

  /** @throws PolicyVersionNotFound, PolicyLookUnderWay */
  look(caller: Caller, version: number): Promise<PolicyLook> {
    return this.database.snapshotForCaller(caller, async (tx) => {
      const at = (await this.clock.now(tx)).getTime();
      const comparison = await this.versions.compare(tx, version, at);
      await takeLookTurn(tx);
      const [inForce, wanted] = [comparison.inForce.policy, asEnforced(comparison.wanted.policy)];
      const holds = await this.holds.all(tx);
      const tally = new PreviewTally(at);
      for await (const page of this.facts.all(tx)) {
        for (const facts of page) tally.add(facts, prospectOf(inForce, facts, holds, at), prospectOf(wanted, facts, holds, at));
      }
      return { at, comparison, shortening: findShortening(comparison.inForce.document, comparison.wanted.document), tally };
    });
  }

  /** The documents alone. @throws PolicyVersionNotFound */
  compare(caller: Caller, version: number): Promise<Comparison> {
    return this.database.forCaller(caller, async (tx) => this.versions.compare(tx, version, (await this.clock.now(tx)).getTime()));
  }
}

/** Who simulates wants to know what would be. */
const asEnforced = (policy: RetentionPolicy): RetentionPolicy => (policy.mode === 'simulate' ? { ...policy, mode: 'enforce' } : policy);
