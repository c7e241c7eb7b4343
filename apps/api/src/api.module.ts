import { type DynamicModule, Module } from '@nestjs/common';
import type { PlatformOptions } from '#libs/platform';
import { features } from './features.js';

/** The HTTP API and nothing else: sockets, subscriptions and sweeps are a worker's. */
@Module({})
export class ApiModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    return { module: ApiModule, imports: features(options) };
  }
}
