import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Clock, Mutations } from '#libs/platform';
import { type PolicyVersionDto, PolicyVersions, toPolicyVersionDto } from '#libs/retention';
import { ActivationGuard } from './preview/activation-guard.js';
import { RetentionRescansRepository } from './retention-rescans.repository.js';

@Injectable()
export class PolicyActivationsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly clock: Clock,
    private readonly versions: PolicyVersions,
    private readonly rescans: RetentionRescansRepository,
    private readonly guard: ActivationGuard,
  ) {}

  /** Acts at once: what is decided from now on is decided by it, and every instance is decided again. @throws PolicyVersionNotFound, PolicyUnsupported, LiveRulesNeedLiveKey, PreviewRequired, PreviewStale */
  async activate(caller: Caller, version: number, previewToken: string | undefined): Promise<PolicyVersionDto> {
    const consent = await this.guard.prepare(caller, version, previewToken);
    return this.mutations.forCaller(caller, async (tx) => {
      const { version: inForce, changed } = await this.versions.activate(tx, version, caller, consent);
      if (changed) await this.rescans.begin(tx, inForce.version, await this.clock.now(tx));
      return toPolicyVersionDto(inForce);
    });
  }
}
