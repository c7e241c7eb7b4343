import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Actor, Caller } from '#libs/contracts';
import { Clock, Journal, type TenantTx } from '#libs/platform';
import { actsOnLive } from './acts-on-live.js';
import { compilePolicy } from './compile-policy.js';
import { findUnsupported } from './find-unsupported.js';
import { parseDuration } from './parse-duration.js';
import { LiveRulesNeedLiveKey, PolicyUnsupported, PolicyVersionNotFound } from './retention.errors.js';
import { NO_RULES, type RetentionDocument } from './retention-document.js';
import { RetentionPoliciesRepository, type PolicyVersion } from './retention-policies.repository.js';
import type { RetentionPolicy } from './retention-policy.js';
import { RetentionSettings } from './retention.settings.js';

const CACHED_POLICIES = 1_000;
/** The version of a tenant that has none in force. */
const NO_VERSION = 0;

/** A version beside the one in force; `inForce.version` null: there is none. */
export interface Comparison {
  inForce: { version: number | null; document: RetentionDocument; policy: RetentionPolicy };
  wanted: { version: number; active: boolean; document: RetentionDocument; policy: RetentionPolicy };
}

/** Asked before a version is put in force, under the lock that orders activations. Throws what speaks against it. */
export type Consent = (tx: TenantTx, comparison: Comparison) => Promise<void>;

/** Versions ready to decide, and the act of putting one in force. */
@Injectable()
export class PolicyVersions {
  // A version in force never changes: what was compiled stays right.
  private readonly compiled = new LRUCache<string, RetentionPolicy>({ max: CACHED_POLICIES });

  constructor(
    private readonly clock: Clock,
    private readonly journal: Journal,
    private readonly versions: RetentionPoliciesRepository,
    private readonly settings: RetentionSettings,
  ) {}

  /** What is in force now. */
  async inForce(tx: TenantTx): Promise<RetentionPolicy> {
    const { version } = await this.versions.inForce(tx);
    return this.policyOf(tx, version);
  }

  /** What is in force until this transaction ends: activations wait. To be called before any instance is locked. */
  async lockInForce(tx: TenantTx): Promise<RetentionPolicy> {
    const { version } = await this.versions.lock(tx);
    return this.policyOf(tx, version);
  }

  /** Any version, as if it had been activated at `at` (milliseconds since 1970) when it is a draft. @throws PolicyVersionNotFound */
  async candidate(tx: TenantTx, version: number, at: number): Promise<RetentionPolicy> {
    return this.compile(await this.find(tx, version), at);
  }

  /** Who put it in force; null: nobody yet. @throws PolicyVersionNotFound */
  async activatedBy(tx: TenantTx, version: number): Promise<Actor | null> {
    return (await this.find(tx, version)).activatedBy;
  }

  /** A version beside the one in force, as if it were activated at `at` (milliseconds since 1970) unless it is that one. @throws PolicyVersionNotFound */
  async compare(tx: TenantTx, version: number, at: number): Promise<Comparison> {
    const { version: active } = await this.versions.inForce(tx);
    return this.beside(tx, await this.find(tx, version), active, at);
  }

  /**
   * Puts a version in force; one that was in force before comes back as a new version, so that history only grows. The one in force stays as it is.
   * @returns the version now in force, and whether that is a change
   * @throws PolicyVersionNotFound, PolicyUnsupported, LiveRulesNeedLiveKey, and what `consent` throws
   */
  async activate(tx: TenantTx, version: number, { actor, environment }: Pick<Caller, 'actor' | 'environment'>, consent: Consent): Promise<{ version: PolicyVersion; changed: boolean }> {
    const { version: previousVersion } = await this.versions.lock(tx);
    const wanted = await this.find(tx, version);
    if (wanted.active) return { version: wanted, changed: false };
    const unsupported = findUnsupported(wanted.document);
    if (unsupported.length > 0) throw new PolicyUnsupported(unsupported);
    if (environment === 'test') await this.requireSandboxOnly(tx, wanted, previousVersion);
    await consent(tx, await this.beside(tx, wanted, previousVersion, (await this.clock.now(tx)).getTime()));
    const activated = wanted.activatedAt === null ? version : await this.copy(tx, wanted, actor);
    const { mode } = wanted.document;
    await this.versions.activate(tx, activated, mode, actor, await this.clock.now(tx));
    await this.journal.appendOfTenant(tx, { type: 'policy.activated', actor, data: { version: activated, previousVersion, mode } });
    return { version: await this.find(tx, activated), changed: true };
  }

  /** A test key neither brings rules for live instances into force nor takes them out of it. */
  private async requireSandboxOnly(tx: TenantTx, wanted: PolicyVersion, previousVersion: number | null): Promise<void> {
    const inForce = previousVersion === null ? [] : [await this.find(tx, previousVersion)];
    if ([wanted, ...inForce].some(({ document }) => actsOnLive(document))) throw new LiveRulesNeedLiveKey();
  }

  private async beside(tx: TenantTx, wanted: PolicyVersion, active: number | null, at: number): Promise<Comparison> {
    const { document } = active === null ? { document: NO_RULES } : await this.find(tx, active);
    const policy = this.compile(wanted.active ? wanted : { ...wanted, activatedAt: null }, at);
    return { inForce: { version: active, document, policy: await this.policyOf(tx, active) }, wanted: { ...wanted, policy } };
  }

  private async copy(tx: TenantTx, { document }: PolicyVersion, actor: Actor): Promise<number> {
    const version = await this.versions.insert(tx, document, actor, await this.clock.now(tx));
    await this.journal.appendOfTenant(tx, { type: 'policy.drafted', actor, data: { version } });
    return version;
  }

  private async policyOf(tx: TenantTx, version: number | null): Promise<RetentionPolicy> {
    if (version === null) return this.nothingInForce;
    const key = `${tx.tenantId}|${version}`;
    const policy = this.compiled.get(key) ?? this.compile(await this.find(tx, version), 0);
    this.compiled.set(key, policy);
    return policy;
  }

  private async find(tx: TenantTx, version: number): Promise<PolicyVersion> {
    const found = await this.versions.find(tx, version);
    if (!found) throw new PolicyVersionNotFound();
    return found;
  }

  private compile({ document, version, activatedAt }: PolicyVersion, otherwise: number): RetentionPolicy {
    return compilePolicy(document, { version, activatedAt: activatedAt?.getTime() ?? otherwise, deletionGrace: this.deletionGrace });
  }

  private get nothingInForce(): RetentionPolicy {
    return compilePolicy(NO_RULES, { version: NO_VERSION, activatedAt: 0, deletionGrace: this.deletionGrace });
  }

  /** In milliseconds. */
  private get deletionGrace(): number {
    return parseDuration(this.settings.deletionGrace)!;
  }
}
