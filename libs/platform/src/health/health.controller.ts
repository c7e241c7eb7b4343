import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public, PublicInPart, RunsThis } from '../http/access.js';
import { Readiness } from './readiness.js';

@ApiTags('health')
@Controller()
export class HealthController {
  constructor(private readonly readiness: Readiness) {}

  /** Alive: the process answers. Restart it when this fails. */
  @Get('healthz')
  @Public()
  @ApiOperation({ summary: 'Whether the process is alive' })
  @ApiOkResponse({ schema: { type: 'object', properties: { status: { type: 'string', example: 'ok' } }, required: ['status'] } })
  checkLiveness(): { status: string } {
    return { status: 'ok' };
  }

  /** Ready: it can do its work now. Send it no requests while this fails. Why a part is down is told to the machine itself and to the operator. */
  @Get('readyz')
  @PublicInPart()
  @HealthCheck()
  @ApiOperation({ summary: 'Whether the process can do its work' })
  async checkReadiness(@RunsThis() detail: boolean, @Res({ passthrough: true }) reply: FastifyReply): Promise<HealthCheckResult> {
    return withStatus(await this.readiness.report(detail), reply);
  }
}

/** 503 unless all of it is up: what balancers and orchestrators look at. */
function withStatus(result: HealthCheckResult, reply: FastifyReply): HealthCheckResult {
  reply.status(result.status === 'ok' ? 200 : 503);
  return result;
}
