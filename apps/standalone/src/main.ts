import { performance } from 'node:perf_hooks';
import { runProcess } from '#libs/platform';
import { startStandalone } from './start-standalone.js';

void runProcess(() => startStandalone(performance.timeOrigin));
