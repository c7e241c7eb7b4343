import { Body, Controller, Get, Module, Patch, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ApiCreatedResponse, ApiExtension, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { InstanceIdParam, openApiDocument, PageQuery, Public, Scopes } from '#libs/platform';
import type { ApiDocument } from '../../libs/platform/src/http/openapi/api-document.js';
import { findDocumentFaults } from './find-document-faults.js';

class NoteDto {
  @ApiProperty({ type: String, example: 'call Ana', maxLength: 100 })
  text!: string;
}

class NotePageDto {
  @ApiProperty({ type: [NoteDto] })
  data!: NoteDto[];

  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** What a developer writes: who may call it, what it does, what goes in and out. */
@ApiTags('instances')
@Controller('v1/instances/:id/notes')
class NotesController {
  @Get()
  @Scopes('instances:read')
  @ApiOperation({ summary: 'List the notes of an instance' })
  @ApiOkResponse({ type: NotePageDto })
  listNotes(@InstanceIdParam() _id: string, @Query() _query: PageQuery): NotePageDto {
    return { data: [], nextCursor: null };
  }

  @Patch()
  @Scopes('instances:write')
  @ApiExtension('x-versioned', true)
  @ApiOperation({ summary: 'Change the note of an instance' })
  @ApiCreatedResponse({ type: NoteDto })
  patchNote(@InstanceIdParam() _id: string, @Body() note: NoteDto): NoteDto {
    return note;
  }
}

@ApiTags('instances')
@Controller('v1/forgotten')
class ForgottenController {
  @Get()
  @ApiOperation({ summary: 'Nobody said who may read this' })
  readForgotten(): void {
    // answers nothing
  }

  @Get('open')
  @Public()
  @ApiOperation({ summary: 'Open, and not among those that may be' })
  readOpen(): void {
    // answers nothing
  }
}

async function documentOf(controller: new () => object): Promise<ApiDocument> {
  @Module({ controllers: [controller] })
  class NewModule {}
  const app = await NestFactory.create(NewModule, new FastifyAdapter(), { preview: true, logger: false, abortOnError: false });
  return openApiDocument(app, 'test') as unknown as ApiDocument;
}

describe('A new route', () => {
  it('gets everything that the document must say by being declared', async () => {
    const document = await documentOf(NotesController);
    // the parameters of a query class come from the compiler's plugin, which Jest does without
    expect(findDocumentFaults(document)).toEqual(['limit', 'cursor'].map((name) => `GET /v1/instances/{id}/notes: it is a list without a ${name}`));
    expect(document.paths['/v1/instances/{id}/notes']!.patch!.security).toEqual([{ bearer: ['instances:write'] }]);
  });

  it('has the version of what it shows as its ETag, and takes it back, when it says so', async () => {
    const { parameters, responses } = (await documentOf(NotesController)).paths['/v1/instances/{id}/notes']!.patch!;
    expect(parameters).toContainEqual({ $ref: '#/components/parameters/If-Match' });
    expect(responses['201']!.headers).toHaveProperty('ETag');
    expect(responses['412']).toEqual({ $ref: '#/components/responses/version-changed' });
  });

  it('is found when it declares no access, or is open without leave', async () => {
    const faults = findDocumentFaults(await documentOf(ForgottenController));
    expect(faults).toContain('GET /v1/forgotten: it declares no security');
    expect(faults).toContain('GET /v1/forgotten/open: it needs no key');
  });
});
