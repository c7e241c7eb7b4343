import { ConnectionsModule, ConnectionsSettings } from '#libs/connections';
import { InstancesModule } from '#libs/instances';
import { MessagingModule } from '#libs/messaging';
import { PLATFORM_SETTINGS, PlatformModule, type PlatformOptions, type SettingsClass } from '#libs/platform';
import { PolicyModule } from '#libs/policy';
import { RetentionModule } from '#libs/retention';
import { SandboxSettings } from '#libs/sandbox';
import { TenantsModule } from '#libs/tenants';
import type { DynamicModule, Type } from '@nestjs/common';

/** Every setting there is. */
export const SETTINGS: SettingsClass[] = [...PLATFORM_SETTINGS, ConnectionsSettings, SandboxSettings];

/** The product. Every process loads all of it; its roles decide which parts run. */
export function features(options: PlatformOptions): (DynamicModule | Type)[] {
  const { roles } = options;
  return [
    PlatformModule.forRoot(options),
    TenantsModule,
    InstancesModule,
    MessagingModule,
    ConnectionsModule.forRoot(roles),
    RetentionModule,
    PolicyModule.forRoot(roles),
  ];
}
