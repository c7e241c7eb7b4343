import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { ApplicationLogger } from '../logging/application-logger.js';
import { AllowedMethods } from './allowed-methods.js';
import { fastifyAdapter } from './fastify-adapter.js';
import { openApiDocument } from './openapi/openapi.js';
import { StrayInputInterceptor } from './stray-input.interceptor.js';
import { validation } from './validation.js';

/** The application of a module, ready to listen: JSON only, validated, documented, every error a Problem. */
export async function createHttpApp(
  module: Parameters<typeof NestFactory.create>[0],
  version: string,
  { documented = true, trustedProxies }: { documented?: boolean; trustedProxies?: string } = {},
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(module, fastifyAdapter(trustedProxies), {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(ApplicationLogger));
  await configureHttp(app);
  if (documented) SwaggerModule.setup('docs', app, () => openApiDocument(app, version), { jsonDocumentUrl: 'openapi.json' });
  return app;
}

async function configureHttp(app: NestFastifyApplication): Promise<void> {
  app.get(AllowedMethods).watch(app.getHttpAdapter().getInstance());
  app.useGlobalInterceptors(new StrayInputInterceptor());
  app.useGlobalPipes(validation());
  // Swagger UI needs inline styles; scripts come from here only
  await app.register(helmet, { contentSecurityPolicy: { directives: { 'script-src': ["'self'"], 'upgrade-insecure-requests': null } } });
}
