import { Controller, Get, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Caller, SandboxDirectory } from '#libs/contracts';
import { CurrentCaller, Scopes } from '#libs/platform';
import { ServerDto, serverDto } from './server.dto.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox')
@UseGuards(TestKeyGuard)
export class ServerController {
  constructor(private readonly directory: SandboxDirectory) {}

  @Get()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'Where clients of one’s own connect: the address of the simulated WhatsApp, and the key that its certificate is checked by' })
  async readSandbox(@CurrentCaller() caller: Caller): Promise<ServerDto> {
    return serverDto(await this.directory.serverOf(caller.tenantId));
  }
}
