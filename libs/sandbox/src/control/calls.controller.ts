import { Body, Controller, Post, UseGuards } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { CallFromPhoneDto, PhoneCallDto } from './call.dto.js';
import { CallsService } from './calls.service.js';
import { PhoneNumberParam } from './phone-number.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number/calls')
@UseGuards(TestKeyGuard)
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  /** Answers when the call has ended. */
  @Post()
  @ActsOutside()
  @Scopes('messages:send')
  @ApiOperation({ summary: 'Call from the phone, and say how it ended' })
  @ApiNotFoundResponse({ type: ProblemDto })
  callFromPhone(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: CallFromPhoneDto): Promise<PhoneCallDto> {
    return this.calls.call(caller.tenantId, number, request);
  }
}
