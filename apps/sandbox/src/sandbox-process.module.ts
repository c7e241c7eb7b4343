import { type DynamicModule, Module } from '@nestjs/common';
import { PlatformModule, type PlatformOptions } from '#libs/platform';
import { SandboxModule } from '#libs/sandbox';
import { TenantsModule } from '#libs/tenants';

/** The simulated WhatsApp and its control API; of the product only what knows the keys. */
@Module({})
export class SandboxProcessModule {
  static forRoot(options: PlatformOptions): DynamicModule {
    return { module: SandboxProcessModule, imports: [PlatformModule.forRoot(options), TenantsModule.forRoot(options.roles), SandboxModule] };
  }
}
