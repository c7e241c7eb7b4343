import { Body, Controller, Get, HttpCode, Post, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Operator } from '#libs/contracts';
import { CurrentOperator, OperatorOnly } from '../http/access.js';
import { Destructive } from '../refusals/destructive.js';
import { ActsOutside } from '../http/route-terms.js';
import { KillSwitchDto, PlatformClockDto, PlatformStateDto, SetKillSwitchDto } from './platform-state.dto.js';
import { SwitchesService } from './switches.service.js';

@ApiTags('platform')
@OperatorOnly()
@Controller('v1/platform')
export class SwitchesController {
  constructor(private readonly switches: SwitchesService) {}

  @Get()
  @ApiOperation({ summary: 'The switches and the clock of the whole installation' })
  readPlatform(): Promise<PlatformStateDto> {
    return this.switches.read();
  }

  @Get('kill-switch')
  @ApiOperation({ summary: 'Whether every removal is stopped' })
  readKillSwitch(): Promise<KillSwitchDto> {
    return this.switches.readKillSwitch();
  }

  /** Answers once nothing is being removed that has not seen it. */
  @Put('kill-switch')
  @ActsOutside()
  @Destructive()
  @ApiOperation({ summary: 'Stop every removal and every archive by rule, of every tenant, or let them go on' })
  setKillSwitch(@CurrentOperator() operator: Operator, @Body() request: SetKillSwitchDto): Promise<KillSwitchDto> {
    return this.switches.setKillSwitch(operator, request);
  }

  /** After a look at the machine of the database: what was stopped because the clock jumped, went unwatched or went back goes on by the time it shows now. */
  @Post('clock/acknowledgement')
  @HttpCode(200)
  @ActsOutside()
  @Destructive()
  @ApiOperation({ summary: 'Say that the clock is right: removals that it held up go on' })
  acknowledgeClock(@CurrentOperator() operator: Operator): Promise<PlatformClockDto> {
    return this.switches.acknowledgeClock(operator);
  }
}
