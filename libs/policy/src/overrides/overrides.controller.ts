import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { CurrentCaller, Destructive, InstanceIdParam, ProblemDto, Scopes } from '#libs/platform';
import { OverrideDto, SetOverrideDto } from './override.dto.js';
import { OverridesService } from './overrides.service.js';

@ApiTags('retention')
@Controller('v1/instances/:id/retention/override')
@ApiNotFoundResponse({ type: ProblemDto })
export class OverridesController {
  constructor(private readonly overrides: OverridesService) {}

  @Get()
  @Scopes('retention:read')
  @ApiOperation({ summary: "Read an instance's own times" })
  readOverride(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<OverrideDto> {
    return this.overrides.read(caller, id);
  }

  @Put()
  @Scopes('retention:write')
  @Destructive()
  @ApiOperation({ summary: 'Give an instance other times than its rule: longer always, shorter only with the scope retention:purge' })
  setOverride(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Body() request: SetOverrideDto): Promise<OverrideDto> {
    return this.overrides.set(caller, id, request);
  }

  @Delete()
  @HttpCode(204)
  @Scopes('retention:write')
  @Destructive()
  @ApiOperation({ summary: 'Let the times of the rules hold again' })
  clearOverride(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<void> {
    return this.overrides.clear(caller, id);
  }
}
