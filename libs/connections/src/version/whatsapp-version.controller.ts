import { Body, Controller, Delete, Get, HttpCode, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Operator } from '#libs/contracts';
import { ActsOutside, CurrentOperator, OperatorOnly } from '#libs/platform';
import { SetWhatsAppVersionDto, WhatsAppVersionDto } from './whatsapp-version.dto.js';
import { WhatsAppVersionService } from './whatsapp-version.service.js';

@ApiTags('platform')
@OperatorOnly()
@Controller('v1/platform/whatsapp-version')
export class WhatsAppVersionController {
  constructor(private readonly versions: WhatsAppVersionService) {}

  @Get()
  @ApiOperation({ summary: 'As which version of WhatsApp Web the fleet appears' })
  readWhatsAppVersion(): Promise<WhatsAppVersionDto> {
    return this.versions.read();
  }

  /** For when WhatsApp refuses the present one as outdated (405). What was refused tries again within a minute; open sessions keep theirs. */
  @Put()
  @ActsOutside()
  @ApiOperation({ summary: 'Set the version of WhatsApp Web for the whole fleet, without a restart' })
  setWhatsAppVersion(@CurrentOperator() operator: Operator, @Body() { version }: SetWhatsAppVersionDto): Promise<WhatsAppVersionDto> {
    return this.versions.set(operator, version);
  }

  @Delete()
  @HttpCode(200)
  @ActsOutside()
  @ApiOperation({ summary: 'Go back to the version of the settings (TENURE_WHATSAPP_VERSION)' })
  clearWhatsAppVersion(): Promise<WhatsAppVersionDto> {
    return this.versions.clear();
  }
}
