import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '#libs/platform';
import { SigningKeys } from './signing-keys.js';

const EXAMPLE = 'tenure/5c1f09aa+46ce04f4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n';

@ApiTags('audit')
@Controller('v1/audit/keys')
export class AuditKeysController {
  constructor(private readonly keys: SigningKeys) {}

  /** Keep a copy: whoever checks an export with keys that came with it has checked nothing. */
  @Get()
  @Public()
  @ApiOperation({ summary: 'Read the public keys that checkpoints are signed with, a line each, those that have retired included' })
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOkResponse({ description: 'Verifier keys of https://c2sp.org/signed-note.', content: { 'text/plain': { schema: { type: 'string', maxLength: 1_000_000, example: EXAMPLE } } } })
  readAuditKeys(): Promise<string> {
    return this.keys.file();
  }
}
