import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { performance } from 'node:perf_hooks';

// Half of a start is compiling modules: their compiled form is kept beside them. Before any other import, hence the dynamic ones.
enableCompileCache(path.resolve(import.meta.dirname, '../../../../node_modules/.cache/tenure'));
const [{ runProcess }, { startSandbox }] = await Promise.all([import('#libs/platform'), import('./start-sandbox.js')]);

void runProcess(() => startSandbox(performance.timeOrigin));
