import { Injectable } from '@nestjs/common';
import type { Caller } from '#libs/contracts';
import { Mutations, type TenantTx } from '#libs/platform';
import { type PolicyPreviewDto, toPolicyPreviewDto } from './policy-preview.dto.js';
import { type PolicyLook, PolicyLooks } from './policy-looks.js';
import { PolicyPreviewsRepository } from './policy-previews.repository.js';
import { hashPreviewToken, newPreviewToken } from './preview-token.js';
import { MAX_CANDIDATES } from './preview-tally.js';

@Injectable()
export class PolicyPreviewsService {
  constructor(
    private readonly mutations: Mutations,
    private readonly looks: PolicyLooks,
    private readonly previews: PolicyPreviewsRepository,
  ) {}

  /** What a version would do, and a token that shows that somebody has seen it. @throws PolicyVersionNotFound */
  async preview(caller: Caller, version: number): Promise<PolicyPreviewDto> {
    const look = await this.looks.look(caller, version);
    const token = look.tally.due > MAX_CANDIDATES ? null : newPreviewToken();
    return this.mutations.forCaller(caller, async (tx) => {
      const expiresAt = token === null ? null : await this.keep(tx, caller, look, token);
      return toPolicyPreviewDto(look, caller.environment, token, expiresAt);
    });
  }

  private async keep(tx: TenantTx, { environment, actor }: Caller, { comparison: { inForce, wanted }, tally }: PolicyLook, token: string): Promise<Date> {
    const preview = { version: wanted.version, comparedWith: inForce.version, environment, candidates: tally.candidates };
    const expiresAt = await this.previews.insert(tx, hashPreviewToken(token), preview, actor);
    await this.previews.removeOlder(tx, environment);
    return expiresAt;
  }
}
