import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Principal } from '#libs/contracts';
import { AnyKey, CurrentPrincipal } from '#libs/platform';
import { MeDto } from './me.dto.js';
import { MeService } from './me.service.js';

@ApiTags('me')
@AnyKey()
@Controller('v1/me')
export class MeController {
  constructor(private readonly me: MeService) {}

  @Get()
  @ApiOperation({ summary: 'The key that asks: its tenant, environment, scopes, and what of the quotas is used' })
  readMe(@CurrentPrincipal() principal: Principal): Promise<MeDto> {
    return this.me.read(principal);
  }
}
