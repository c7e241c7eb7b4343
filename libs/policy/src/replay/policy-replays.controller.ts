import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { PolicyVersionParam } from '#libs/retention';
import { PolicyReplayDto } from './policy-replay.dto.js';
import { PolicyReplaysService } from './policy-replays.service.js';

@ApiTags('retention')
@Controller('v1/retention-policy/versions/:version')
@ApiNotFoundResponse({ type: ProblemDto })
export class PolicyReplaysController {
  constructor(private readonly replays: PolicyReplaysService) {}

  @Post('replay')
  @HttpCode(200)
  @Scopes('retention:read')
  @ApiOperation({ summary: 'See what a version would have done in the last 90 days, and how much of that came back' })
  replayPolicyVersion(@CurrentCaller() caller: Caller, @PolicyVersionParam() version: number): Promise<PolicyReplayDto> {
    return this.replays.replay(caller, version);
  }
}
