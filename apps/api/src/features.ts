import { AuditModule, AuditSettings } from '#libs/audit';
import { ConnectionsModule, ConnectionsSettings } from '#libs/connections';
import { InstancesModule } from '#libs/instances';
import { MessagingModule } from '#libs/messaging';
import { pick, PLATFORM_SETTINGS, PlatformModule, type PlatformOptions, type SettingsClass } from '#libs/platform';
import { PolicyModule, TombstoneSettings } from '#libs/policy';
import { RetentionModule, RetentionSettings } from '#libs/retention';
import { SandboxElsewhereModule, SandboxModule, SandboxSettings } from '#libs/sandbox';
import { TenantsModule } from '#libs/tenants';
import type { DynamicModule, Type } from '@nestjs/common';

/** Every setting there is. */
export const SETTINGS: SettingsClass[] = [...PLATFORM_SETTINGS, ConnectionsSettings, RetentionSettings, TombstoneSettings, AuditSettings, SandboxSettings];

/** The product. Every process loads all of it; its roles decide which parts run, and only the role `api` has controllers. */
export function features(options: PlatformOptions): (DynamicModule | Type)[] {
  const { roles, settings } = options;
  return [
    PlatformModule.forRoot(options),
    TenantsModule.forRoot(roles),
    InstancesModule.forRoot(roles),
    MessagingModule.forRoot(roles),
    ConnectionsModule.forRoot(roles),
    RetentionModule.forRoot(roles),
    PolicyModule.forRoot(roles),
    AuditModule.forRoot(roles),
    ...(roles.sandbox ? [SandboxModule] : pick(settings, SandboxSettings).url ? [SandboxElsewhereModule] : []),
  ];
}
