import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemDto } from '../problem.dto.js';
import { problemDocs } from '../problem.js';
import type { ApiDocument } from './api-document.js';
import { describeDocument } from './describe-document.js';
import { introduce } from './introduction.js';
import { modernize } from './modernize.js';

const KEY = 'An API key: tnr_live_..., tnr_test_... or, for the operator, tnr_op_...';

/** The document of everything that is routed. An operation's id is its method's name: a verb phrase, the SDK's method. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .addServer('/', 'The server that answers with this document')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'tnr', description: KEY })
    .build();
  const operationIdFactory = (_controller: string, method: string): string => method;
  const document = modernize(SwaggerModule.createDocument(app, config, { operationIdFactory, extraModels: [ProblemDto] }));
  describeDocument(document as unknown as ApiDocument, problemDocs());
  return { ...document, info: introduce(version) as OpenAPIObject['info'] };
}
