import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { ApplicationLogger } from '../logging/application-logger.js';
import { fastifyAdapter } from './fastify-adapter.js';
import { openApiDocument } from './openapi.js';
import { StrayInputInterceptor } from './stray-input.interceptor.js';
import { validation } from './validation.js';

/** The application of a module, ready to listen: JSON only, validated, documented, every error a Problem. */
export async function createHttpApp(module: Parameters<typeof NestFactory.create>[0], version: string): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(), {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(ApplicationLogger));
  await configureHttp(app, version);
  return app;
}

/** For a test that builds its own module. */
export async function configureHttp(app: NestFastifyApplication, version: string): Promise<void> {
  app.useGlobalInterceptors(new StrayInputInterceptor());
  app.useGlobalPipes(validation());
  // Swagger UI needs inline styles; scripts come from here only
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'script-src': ["'self'"], 'upgrade-insecure-requests': null } } });
  SwaggerModule.setup('docs', app, () => openApiDocument(app, version), { jsonDocumentUrl: 'openapi.json' });
}
