import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiBadGatewayResponse, ApiConflictResponse, ApiGatewayTimeoutResponse, ApiNotFoundResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller, InstanceId } from '#libs/contracts';
import { ActsOutside, CurrentCaller, InstanceIdParam, PageQuery, ProblemDto, Scopes } from '#libs/platform';
import { MessageDto, MessagePageDto, SendMessageDto } from './message.dto.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@ApiNotFoundResponse({ type: ProblemDto })
@Controller('v1/instances/:id/messages')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Post()
  @ActsOutside()
  @Scopes('messages:send')
  @ApiOperation({ summary: "Send a text; the answer follows WhatsApp's acknowledgement" })
  @ApiConflictResponse({ type: ProblemDto, description: 'The instance is not connected here.' })
  @ApiBadGatewayResponse({ type: ProblemDto, description: 'WhatsApp refused the message.' })
  @ApiGatewayTimeoutResponse({ type: ProblemDto, description: 'WhatsApp did not acknowledge it in time, or the acknowledged message could not be put down yet.' })
  sendMessage(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Body() request: SendMessageDto): Promise<MessageDto> {
    return this.messages.send(caller, id, request);
  }

  @Get()
  @Scopes('messages:read')
  @ApiOperation({
    summary: 'List the messages of an instance, newest first',
    description: 'A message whose content went by age (`messages` of the retention rules) stays in the list: when, which way, its kind and its state.',
  })
  listMessages(@CurrentCaller() caller: Caller, @InstanceIdParam() id: InstanceId, @Query() query: PageQuery): Promise<MessagePageDto> {
    return this.messages.list(caller, id, query);
  }
}
