import { enableCompileCache } from 'node:module';
import path from 'node:path';

// Half of a start is compiling modules: their compiled form is kept beside them. Before any other import, hence the dynamic one.
enableCompileCache(path.resolve(import.meta.dirname, '../../../../node_modules/.cache/tenure'));
const { runCommandLine } = await import('./run-command-line.js');

process.exitCode = await runCommandLine(process.argv.slice(2));
