import { Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { CurrentCaller, ProblemDto, RevealsOnce, Scopes } from '#libs/platform';
import { PolicyVersionParam } from '#libs/retention';
import { PolicyPreviewDto } from './policy-preview.dto.js';
import { PolicyPreviewsService } from './policy-previews.service.js';

@ApiTags('retention')
@Controller('v1/retention-policy/versions/:version')
@ApiNotFoundResponse({ type: ProblemDto })
export class PolicyPreviewsController {
  constructor(private readonly previews: PolicyPreviewsService) {}

  @Post('preview')
  @HttpCode(200)
  @RevealsOnce('previewToken')
  @Scopes('retention:write')
  @ApiOperation({ summary: 'See what a version would do now, compared with the one in force, and get the token that its activation asks for' })
  previewPolicyVersion(@CurrentCaller() caller: Caller, @PolicyVersionParam() version: number): Promise<PolicyPreviewDto> {
    return this.previews.preview(caller, version);
  }
}
