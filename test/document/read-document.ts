import fs from 'node:fs';
import path from 'node:path';
import type { TestApplication } from '../setup/test-application.js';
import { type ApiDocument, operationsOf } from './api-document.js';

const DOCUMENT = path.resolve(import.meta.dirname, '../../docs/openapi.json');

/**
 * The checked-in document: in a Jest run the classes behind the running one have no descriptions, which the build adds.
 * @throws when a route of the running application is not in it
 */
export async function readDocument(test: TestApplication): Promise<ApiDocument> {
  const document = JSON.parse(fs.readFileSync(DOCUMENT, 'utf8')) as ApiDocument;
  const routes = (of: ApiDocument) => operationsOf(of).map(({ method, path: route }) => `${method} ${route}`);
  const running = routes((await test.operator.get<ApiDocument>('/openapi.json')).body);
  const missing = running.filter((route) => !routes(document).includes(route));
  if (missing.length > 0) throw new Error(`docs/openapi.json lacks ${missing.join(', ')}: run npm run generate`);
  return document;
}
