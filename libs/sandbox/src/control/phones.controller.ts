import { Body, Controller, HttpCode, HttpStatus, Post, Res, UseGuards } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { lidJid } from '../protocol/addresses.js';
import { PairingByCode } from '../server/pairing-by-code.js';
import { PairingByQr } from '../server/pairing-by-qr.js';
import { PhoneNumberParam } from './phone-number.js';
import { CreatePhoneDto, EnterCodeDto, LinkedDeviceDto, linkedDeviceDto, PhoneDto, ScanDto, UnlinkedDto } from './phone.dto.js';
import { PhonesService } from './phones.service.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones')
@UseGuards(TestKeyGuard)
export class PhonesController {
  constructor(
    private readonly phones: PhonesService,
    private readonly byQr: PairingByQr,
    private readonly byCode: PairingByCode,
  ) {}

  @Post()
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Create a simulated phone; safe to repeat with the same name' })
  @ApiCreatedResponse({ type: PhoneDto })
  @ApiOkResponse({ type: PhoneDto, description: 'The phone was there already.' })
  @ApiConflictResponse({ type: ProblemDto })
  async createSandboxPhone(
    @CurrentCaller() { tenantId }: Caller,
    @Body() { phoneNumber, name }: CreatePhoneDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<PhoneDto> {
    const { account, created } = await this.phones.create(tenantId, phoneNumber, name);
    void reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    return { phoneNumber: account.number, name: account.name, lid: lidJid(account) };
  }

  @Post(':number/scan')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Scan a QR code with the phone: links the instance that shows it' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  async scanQr(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() { qr }: ScanDto): Promise<LinkedDeviceDto> {
    return linkedDeviceDto(await this.byQr.scan(caller.tenantId, number, qr));
  }

  @Post(':number/enter-code')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Enter a pairing code on the phone: links the instance that shows it' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  async enterPairingCode(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() { code }: EnterCodeDto): Promise<LinkedDeviceDto> {
    return linkedDeviceDto(await this.byCode.enter(caller.tenantId, number, code.replace('-', '').toUpperCase()));
  }

  @Post(':number/unlink')
  @ActsOutside()
  @HttpCode(200)
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Unlink every linked device of the phone: they are logged out' })
  @ApiNotFoundResponse({ type: ProblemDto })
  async unlinkDevices(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<UnlinkedDto> {
    return { devices: (await this.phones.unlink(caller.tenantId, number)).length };
  }
}
