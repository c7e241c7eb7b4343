import { type DynamicModule, Module } from '@nestjs/common';
import type { PlatformOptions } from '#libs/platform';
import { SandboxModule } from '#libs/sandbox';
import { features } from '../../api/src/features.js';

/** Everything in one process: api, worker and, unless it is switched off, the sandbox. */
@Module({})
export class StandaloneModule {
  static forRoot(options: Omit<PlatformOptions, 'roles'>, { sandbox }: { sandbox: boolean }): DynamicModule {
    const product = features({ ...options, roles: { api: true, worker: true } });
    return { module: StandaloneModule, imports: sandbox ? [...product, SandboxModule] : product };
  }
}
