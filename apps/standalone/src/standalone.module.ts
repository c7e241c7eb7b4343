import { type DynamicModule, Module } from '@nestjs/common';
import type { PlatformOptions } from '#libs/platform';
import { features } from '../../api/src/features.js';

/** Everything in one process: api, worker and, unless it is off or another process's, the sandbox. */
@Module({})
export class StandaloneModule {
  static forRoot(options: Omit<PlatformOptions, 'roles'>, { sandbox }: { sandbox: boolean }): DynamicModule {
    return { module: StandaloneModule, imports: features({ ...options, roles: { api: true, worker: true, sandbox } }) };
  }
}
