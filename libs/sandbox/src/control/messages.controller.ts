import { Body, Controller, Get, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBody, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, PageQuery, ProblemDto, Scopes } from '#libs/platform';
import { MessagesService } from './messages.service.js';
import { PhoneMessageDto, PhoneMessagePageDto } from './phone-message.dto.js';
import { PhoneNumberParam } from './phone-number.js';
import { MESSAGE_EXAMPLES, SendPhoneMessageDto } from './send-phone-message.dto.js';
import { TestKeyGuard } from './test-key.guard.js';

@ApiTags('sandbox')
@Controller('v1/sandbox/phones/:number/messages')
@UseGuards(TestKeyGuard)
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  @ActsOutside()
  @Scopes('messages:send')
  @ApiOperation({ summary: 'Do something in a chat on the phone: write, reply, send a file, react, edit, take back, ask in a poll, vote' })
  @ApiBody({ type: SendPhoneMessageDto, examples: MESSAGE_EXAMPLES })
  @ApiNotFoundResponse({ type: ProblemDto })
  sendFromPhone(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Body() request: SendPhoneMessageDto): Promise<PhoneMessageDto> {
    return this.messages.send(caller.tenantId, number, request);
  }

  @Get()
  @Scopes('messages:read')
  @ApiOperation({ summary: 'What the phone shows: messages in and out, newest first, at most the last 1,000' })
  @ApiNotFoundResponse({ type: ProblemDto })
  listPhoneMessages(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @Query() query: PageQuery): Promise<PhoneMessagePageDto> {
    return this.messages.list(caller.tenantId, number, query);
  }
}
