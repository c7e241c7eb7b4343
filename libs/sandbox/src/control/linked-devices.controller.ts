import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { RegisterDeviceDto, RegisteredDeviceDto } from './linked-device.dto.js';
import { LinkedDevicesService } from './linked-devices.service.js';
import { PhoneNumberParam } from './phone-number.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number/devices')
@UseGuards(TestKeyGuard)
export class LinkedDevicesController {
  constructor(private readonly devices: LinkedDevicesService) {}

  @Post()
  @ActsOutside()
  @Scopes('instances:write')
  @ApiOperation({ summary: 'Link a device to the phone without a code: for credentials of one’s own, as many as a load needs' })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiConflictResponse({ type: ProblemDto })
  registerDevice(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: RegisterDeviceDto): Promise<RegisteredDeviceDto> {
    return this.devices.register(caller.tenantId, number, request);
  }
}
