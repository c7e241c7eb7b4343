import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { Public } from '../http/access.js';
import { Unavailable } from '../http/http.errors.js';
import { Draining } from '../process/draining.js';
import { DatabaseHealth } from './database.health.js';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseHealth,
    private readonly draining: Draining,
  ) {}

  /** Alive: the process answers. Restart it when this fails. */
  @Get('healthz')
  @Public()
  @ApiOperation({ summary: 'Whether the process is alive' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string', example: 'ok' } }, required: ['status'] } })
  checkLiveness(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready: it can do its work now. Send it no requests while this fails. */
  @Get('readyz')
  @Public()
  @HealthCheck()
  @ApiOperation({ summary: 'Whether the process can do its work' })
  checkReadiness(): Promise<HealthCheckResult> {
    if (this.draining.begun) throw new Unavailable('The server is stopping.');
    return this.health.check([() => this.database.check()]);
  }
}
