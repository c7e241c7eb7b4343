import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { CurrentCaller, Destructive, ProblemDto, Scopes } from '#libs/platform';
import { PolicyVersionDto, PolicyVersionParam } from '#libs/retention';
import { ActivatePolicyDto } from './preview/policy-preview.dto.js';
import { PolicyActivationsService } from './policy-activations.service.js';

@ApiTags('retention')
@Controller('v1/retention-policy/versions/:version')
export class PolicyActivationsController {
  constructor(private readonly activations: PolicyActivationsService) {}

  @Post('activate')
  @HttpCode(200)
  @Scopes('retention:write')
  @Destructive()
  @ApiOperation({ summary: 'Put a version in force; an earlier one comes back as a new version' })
  @ApiBody({ type: ActivatePolicyDto, required: false })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  @ApiResponse({ status: 428, type: ProblemDto })
  activatePolicyVersion(@CurrentCaller() caller: Caller, @PolicyVersionParam() version: number, @Body() { previewToken }: ActivatePolicyDto): Promise<PolicyVersionDto> {
    return this.activations.activate(caller, version, previewToken);
  }
}
