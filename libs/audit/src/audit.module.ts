import { type DynamicModule, Module } from '@nestjs/common';
import type { ProcessRoles } from '#libs/platform';
import { AuditController } from './audit.controller.js';
import { AuditCertificates } from './certificates/certificates.service.js';
import { CertifiedInstancesRepository } from './certificates/certified-instances.repository.js';
import { CheckpointFile } from './checkpoints/checkpoint-file.js';
import { CheckpointSigner } from './checkpoints/checkpoint-signer.js';
import { CheckpointSweep } from './checkpoints/checkpoint-sweep.js';
import { Checkpoints } from './checkpoints/checkpoints.js';
import { CheckpointsRepository } from './checkpoints/checkpoints.repository.js';
import { RolledBackTrees } from './checkpoints/rolled-back-trees.js';
import { AuditEntries } from './exports/audit-entries.service.js';
import { ExportSources } from './exports/export-sources.js';
import { AuditExports } from './exports/exports.service.js';
import { LeavesRepository } from './exports/leaves.repository.js';
import { AuditKeysController } from './keys/audit-keys.controller.js';
import { SigningKeys } from './keys/signing-keys.js';
import { SigningKeysRepository } from './keys/signing-keys.repository.js';
import { AuditProofs } from './proofs/proofs.service.js';
import { AuditHeadsRepository } from './sealing/audit-heads.repository.js';
import { MissedSeals } from './sealing/missed-seals.js';
import { SealMetrics } from './sealing/seal.metrics.js';
import { Sealer } from './sealing/sealer.js';
import { SealerReadiness } from './sealing/sealer.readiness.js';
import { TenantSealer } from './sealing/tenant-sealer.js';
import { TreeNodesRepository } from './sealing/tree-nodes.repository.js';
import { TreeReader } from './tree/tree-reader.js';

const TREE = [AuditHeadsRepository, TreeNodesRepository, TreeReader];
const SEALING = [TenantSealer, Sealer, SealMetrics, SealerReadiness];

const SIGNING = [SigningKeysRepository, SigningKeys, CheckpointFile, CheckpointsRepository, Checkpoints, RolledBackTrees];
/** What others are given to check. */
const GIVEN_OUT = [LeavesRepository, ExportSources, AuditExports, AuditEntries, AuditProofs, CertifiedInstancesRepository, AuditCertificates];
/** Of those that do what is due. */
const WORKERS = [MissedSeals, CheckpointSigner, CheckpointSweep];

/** What happened, so that anyone can check it. Every process that sequences seals; only a worker signs. */
@Module({})
export class AuditModule {
  static forRoot(roles: ProcessRoles): DynamicModule {
    return {
      module: AuditModule,
      controllers: roles.api ? [AuditController, AuditKeysController] : [],
      providers: [...TREE, ...SEALING, ...SIGNING, ...GIVEN_OUT, ...(roles.worker ? WORKERS : [])],
    };
  }
}
