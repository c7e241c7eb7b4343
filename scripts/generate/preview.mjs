import fs from 'node:fs';
import path from 'node:path';

import { DiscoveryService, MetadataScanner, ModulesContainer, NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

import { DatabaseTarget, Keyring, MasterKey, openApiDocument, readSettings, SETTINGS, StandaloneModule, Subscriptions } from './product.mjs';

const manifest = path.resolve(import.meta.dirname, '../../package.json');

/** The whole product, wired but not made: no constructor runs, so that nothing is connected to and no setting matters. */
export async function previewApplication() {
  const options = {
    settings: readSettings(SETTINGS, {}),
    target: new DatabaseTarget('postgresql://preview.invalid/none'),
    keyring: new Keyring([new MasterKey(Buffer.alloc(32))]),
  };
  const module = StandaloneModule.forRoot(options, { sandbox: true });
  return NestFactory.create(module, new FastifyAdapter(), { preview: true, logger: false, abortOnError: false });
}

export function openApi(app) {
  return openApiDocument(app, JSON.parse(fs.readFileSync(manifest, 'utf8')).version);
}

/** Every `@OnLifecycle` method, collected by the product's own code from the prototypes that the preview has. */
export function subscriptionsOf(app) {
  const subscriptions = new Subscriptions(new DiscoveryService(app.get(ModulesContainer)), new MetadataScanner());
  subscriptions.onModuleInit();
  return subscriptions.all;
}
