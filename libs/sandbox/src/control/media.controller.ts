import { Controller, Get, Post, StreamableFile, UseGuards } from '@nestjs/common';
import { ApiGoneResponse, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Caller } from '#libs/contracts';
import { ActsOutside, CurrentCaller, ProblemDto, Scopes } from '#libs/platform';
import { SandboxMediaDto, UploadDto } from './media.dto.js';
import { MediaService } from './media.service.js';
import { MessageIdParam } from './message-id.js';
import { PhoneNumberParam } from './phone-number.js';
import { TestKeyGuard } from './test-key.guard.js';

/** What a sender calls the type of a file may be anything. */
const MIME = /^[\w.+-]+\/[\w.+-]+(; ?[\w=.+-]+)*$/;

@ApiTags('sandbox')
@Controller('v1/sandbox')
@UseGuards(TestKeyGuard)
export class MediaController {
  constructor(private readonly media: MediaService) {}

  @Get('media')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'Where the simulated WhatsApp keeps files, and the certificate by which that server is known' })
  readSandboxMedia(): SandboxMediaDto {
    return this.media.describe();
  }

  @Post('phones/:number/uploads')
  @ActsOutside()
  @Scopes('messages:send')
  @ApiOperation({ summary: 'An address for one file that is too large for a request, to be sent from the phone' })
  @ApiNotFoundResponse({ type: ProblemDto })
  prepareUpload(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string): Promise<UploadDto> {
    return this.media.prepareUpload(caller.tenantId, number);
  }

  @Get('phones/:number/messages/:message/media')
  @Scopes('messages:read')
  @ApiOperation({ summary: 'The file of a message that the phone shows, decrypted' })
  @ApiOkResponse({ description: 'The file as it was sent, under its own MIME type.', content: { '*/*': { schema: { type: 'string', format: 'binary' } } } })
  @ApiNotFoundResponse({ type: ProblemDto })
  @ApiGoneResponse({ type: ProblemDto })
  async readPhoneMedia(@CurrentCaller() caller: Caller, @PhoneNumberParam() number: string, @MessageIdParam() message: string): Promise<StreamableFile> {
    const { content, mimetype } = await this.media.read(caller.tenantId, number, message);
    return new StreamableFile(content, { type: MIME.test(mimetype) ? mimetype : 'application/octet-stream', disposition: 'attachment', length: content.length });
  }
}
