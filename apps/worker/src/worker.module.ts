import { type DynamicModule, Module } from '@nestjs/common';
import type { PlatformOptions } from '#libs/platform';
import { features } from '../../api/src/features.js';

/** Sockets, subscriptions, sweeps and sequencing; over HTTP it only says how it is. */
@Module({})
export class WorkerModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    return { module: WorkerModule, imports: features(options) };
  }
}
