import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Mutations } from '#libs/platform';
import { type PolicyReplayDto, toPolicyReplayDto } from './policy-replay.dto.js';
import { PolicyReplays } from './policy-replays.js';

@Injectable()
export class PolicyReplaysService {
  constructor(
    private readonly mutations: Mutations,
    private readonly replays: PolicyReplays,
  ) {}

  /** Changes nothing but that its answer is kept for an idempotency key: going through the past again is a lot of work. @throws PolicyVersionNotFound */
  async replay(caller: Caller, version: number): Promise<PolicyReplayDto> {
    const replay = await this.replays.run(caller, version);
    return this.mutations.forCaller(caller, async () => toPolicyReplayDto(version, caller.environment, replay));
  }
}
