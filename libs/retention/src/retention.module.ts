import { Module } from '@nestjs/common';
import { ActiveHoldsRepository } from './active-holds.repository.js';
import { PolicyVersions } from './policy-versions.js';
import { RetentionFactsRepository } from './retention-facts.repository.js';
import { RetentionPoliciesController } from './retention-policies.controller.js';
import { RetentionPoliciesRepository } from './retention-policies.repository.js';
import { RetentionPoliciesService } from './retention-policies.service.js';

@Module({
  controllers: [RetentionPoliciesController],
  providers: [RetentionPoliciesRepository, RetentionFactsRepository, ActiveHoldsRepository, RetentionPoliciesService, PolicyVersions],
  exports: [PolicyVersions, RetentionFactsRepository, ActiveHoldsRepository],
})
export class RetentionModule {}
