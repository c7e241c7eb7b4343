import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessRoles } from '#libs/platform';
import { ActiveHoldsRepository } from './active-holds.repository.js';
import { HoldsRepository } from './holds.repository.js';
import { PlatformHoldsRepository } from './platform-holds.repository.js';
import { PolicyVersions } from './policy-versions.js';
import { RetentionFactsRepository } from './retention-facts.repository.js';
import { RetentionPoliciesController } from './retention-policies.controller.js';
import { RetentionPoliciesRepository } from './retention-policies.repository.js';
import { RetentionPoliciesService } from './retention-policies.service.js';
import { TenantRulesRepository } from './tenant-rules.repository.js';

const FOR_POLICY = [PolicyVersions, RetentionFactsRepository, ActiveHoldsRepository, HoldsRepository, PlatformHoldsRepository, TenantRulesRepository];

/** Global: policy, which stands on it, is given it by whoever composes the process. */
@Module({})
export class RetentionModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: RetentionModule,
      global: true,
      controllers: roles.api ? [RetentionPoliciesController] : [],
      providers: [...FOR_POLICY, RetentionPoliciesRepository, RetentionPoliciesService],
      exports: FOR_POLICY,
    };
  }
}
