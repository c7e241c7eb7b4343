// npm run generate:client   writes packages/client/src/generated from docs/openapi.json
// Apart from `npm run generate` because its tools are not among the dependencies of the product: the first run installs them.
import path from 'node:path';
import process from 'node:process';

import { generate, GENERATED, installTools } from './check/api/tools.mjs';

const root = path.resolve(import.meta.dirname, '..');
process.exitCode = (await installTools()) && (await generate(path.join(root, GENERATED))) ? 0 : 1;
