import { Body, Controller, Get, Header, Headers, HttpCode, Post, Query, Res, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { ActsOutside, CurrentCaller, Destructive, InstanceIdParam, ProblemDto, Scopes } from '#libs/platform';
import type { FastifyReply } from 'fastify';
import { chooseRepresentation } from './choose-representation.js';
import { ConnectionDto, PairingCodeDto, PairingCodeRequest, RestartQuery } from './connection.dto.js';
import { ConnectionLogouts } from './connection-logouts.js';
import { ConnectionStreams } from './connection-streams.js';
import { ConnectionsService } from './connections.service.js';
import { renderQr } from './qr-image.js';

const text = { schema: { type: 'string' } } as const;
const image = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('connection')
@ApiExtraModels(ConnectionDto)
@ApiResponse({ status: 404, description: 'There is no such instance, or nothing to scan now.', type: ProblemDto })
@ApiResponse({ status: 409, description: 'Another node holds the session, or the instance is not in a state for this.', type: ProblemDto })
@Controller('v1/instances/:id')
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly logouts: ConnectionLogouts,
    private readonly streams: ConnectionStreams,
  ) {}

  /** As JSON; asked for an image or plain text, the QR code to scan now. */
  @Get('connection')
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The connection to WhatsApp, and while pairing the QR code' })
  @ApiOkResponse({
    description: 'As JSON; asked for an image or plain text, the QR code to scan now.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ConnectionDto) } },
      ...{ 'image/svg+xml': text, 'image/png': image, 'text/plain': text },
    },
  })
  readConnection(
    @CurrentCaller() caller: Caller,
    @InstanceIdParam() id: InstanceId,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConnectionDto | Buffer | string> {
    return this.represent(caller, id, accept, reply);
  }

  /**
   * Server-sent events: `connection` with the same object at once and at every change, each new QR code included; `alive` now and then. Ends
   * after 15 minutes, or when the process stops: ask again.
   */
  @Get('connection/stream')
  @Header('cache-control', 'no-store')
  @Header('x-accel-buffering', 'no')
  @Scopes('instances:read')
  @ApiOperation({ summary: 'The connection to WhatsApp as it changes, live' })
  @ApiOkResponse({ description: 'A stream of events.', content: { 'text/event-stream': text } })
  async streamConnection(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<StreamableFile> {
    return new StreamableFile(await this.streams.open(caller, id), { type: 'text/event-stream' });
  }

  /**
   * Answers at once; the state follows. Also tries again what was given up: logged out, banned, replaced, nobody scanned. It is no stop: no
   * clock starts.
   */
  @Post('restart')
  @HttpCode(202)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Close the session and connect again' })
  restartConnection(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Query() { allowOtherNumber }: RestartQuery): Promise<ConnectionDto> {
    return this.connections.restart(caller, id, allowOtherNumber);
  }

  /** Answers at once; the state follows. Afterwards the instance has to be paired anew: start or restart it. */
  @Post('logout')
  @ActsOutside()
  @HttpCode(202)
  @Scopes('instances:write')
  @Destructive()
  @ApiOperation({ summary: 'Log out at WhatsApp: the device leaves the account' })
  logoutConnection(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId): Promise<ConnectionDto> {
    return this.logouts.logout(caller, id);
  }

  /** Only while the instance is pairing and shows a QR code. */
  @Post('pairing-code')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'A code to enter on the phone instead of scanning' })
  requestPairingCode(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Body() body: PairingCodeRequest): Promise<PairingCodeDto> {
    return this.connections.requestPairingCode(caller, id, body.phoneNumber);
  }

  private async represent(caller: Caller, id: InstanceId, accept: string | undefined, reply: FastifyReply): Promise<ConnectionDto | Buffer | string> {
    const as = chooseRepresentation(accept);
    void reply.header('vary', 'accept').header('cache-control', 'no-store');
    if (as === 'application/json') return this.connections.read(caller, id);
    const qr = await this.connections.readQr(caller, id);
    void reply.type(as);
    return renderQr(qr, as);
  }
}
