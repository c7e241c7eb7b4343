import { Body, Controller, Get, HttpCode, Post, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { PhoneNumberParam } from './phone-number.js';
import { ChangeSettingDto, SandboxSettingListDto, SETTING_EXAMPLES } from './setting.dto.js';
import { SettingsService } from './settings.service.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number/settings')
@UseGuards(TestKeyGuard)
@ApiNotFoundResponse({ type: ProblemDto })
export class SettingsController {
  constructor(private readonly settings: SettingsService) {}

  @Get()
  @Scopes('messages:read')
  @ApiOperation({ summary: 'What the phone and its linked devices share: archived, pinned and muted chats, stars, saved contacts' })
  async listSandboxSettings(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<SandboxSettingListDto> {
    return { data: await this.settings.list(caller.tenantId, number) };
  }

  @Post()
  @ActsOutside()
  @HttpCode(204)
  @Scopes('instances:write')
  @ApiBody({ type: ChangeSettingDto, examples: SETTING_EXAMPLES })
  @ApiOperation({ summary: 'Archive, pin, mute or mark a chat, star a message, save a contact; linked devices are told' })
  @ApiConflictResponse({ type: ProblemDto })
  changeSandboxSetting(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: ChangeSettingDto): Promise<void> {
    return this.settings.change(caller.tenantId, number, request);
  }
}
