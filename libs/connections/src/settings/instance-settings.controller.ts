import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { CurrentCaller, InstanceIdParam, ProblemDto, Scopes, Versioned } from '#libs/platform';
import { InstanceSettingsDto, PatchInstanceSettingsDto } from './instance-settings.dto.js';
import { InstanceSettingsService } from './instance-settings.service.js';

@ApiTags('connection')
@ApiNotFoundResponse({ type: ProblemDto })
@ApiConflictResponse({ type: ProblemDto, description: 'It is archived: its settings are in the archive.' })
@Controller('v1/instances/:id/settings')
export class InstanceSettingsController {
  constructor(private readonly settings: InstanceSettingsService) {}

  /** Those of an instance that nobody has set anything of are the defaults. */
  @Get()
  @Versioned()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The settings of the connection: proxy, presence, receipts, calls, what is ignored' })
  readInstanceSettings(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<InstanceSettingsDto> {
    return this.settings.read(caller, id);
  }

  /** A running session follows by itself; for another proxy or history sync it closes and connects again. */
  @Patch()
  @Versioned()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Change settings of the connection; what is absent stays' })
  patchInstanceSettings(
    @CurrentCaller() caller: Caller,
    @InstanceIdParam() id: InstanceId,
    @Body() patch: PatchInstanceSettingsDto,
  ): Promise<InstanceSettingsDto> {
    return this.settings.patch(caller, id, patch);
  }
}
