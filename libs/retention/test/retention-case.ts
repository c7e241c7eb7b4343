import { type HoldId, type InstanceId, newId } from '#libs/contracts';
import { compilePolicy } from '../src/compile-policy.js';
import { DAY } from '../src/parse-duration.js';
import type { ActDocumentRule, RetainDocumentRule, RetentionDocument } from '../src/retention-document.js';
import type { Hold, RetentionFacts } from '../src/retention-facts.js';
import type { RetentionPolicy } from '../src/retention-policy.js';

/** A Monday, noon in UTC. */
export const NOW = Date.UTC(2026, 10, 23, 12);
export const YEAR_AGO = NOW - 365 * DAY;

/** A live instance that was paired a year ago and logged out ten days ago; no rule and no person has asked for anything. */
export function factsOf(changes: Partial<RetentionFacts> = {}): RetentionFacts {
  return {
    instanceId: INSTANCE,
    environment: 'live',
    name: 'shop',
    labels: {},
    createdAt: YEAR_AGO,
    deletionProtection: false,
    cycle: 1,
    desiredState: 'running',
    lifecycle: 'active',
    lifecycleFrom: null,
    schedule: null,
    restoredAt: null,
    cancelledAt: null,
    holdReleasedAt: null,
    settledState: 'disconnected',
    settledReason: 'logged_out',
    settledSince: NOW - 10 * DAY,
    reasonAt: NOW - 10 * DAY,
    pairingSince: null,
    stormUntil: null,
    lastConnectedAt: NOW - 10 * DAY,
    lastActivityAt: NOW - 11 * DAY,
    override: null,
    noticeDeliveredAt: null,
    approvals: 0,
    tenantSuspended: false,
    tenantLeaving: true, // only of consequence to the deletion of the tenant
    tenantResumedAt: null,
    removals: { last24h: 0, freesAt: null },
    runBlocked: false,
    killSwitch: false,
    clockQuarantinedUntil: null,
    ...changes,
  };
}

/** The same, with its purge scheduled. */
export function scheduledFacts(schedule: Partial<NonNullable<RetentionFacts['schedule']>>, changes: Partial<RetentionFacts> = {}): RetentionFacts {
  return factsOf({ lifecycle: 'purge_scheduled', lifecycleFrom: 'archived', schedule: { at: NOW, by: 'rule', cycle: 1, ...schedule }, ...changes });
}

export function documentOf(changes: Partial<RetentionDocument> = {}): RetentionDocument {
  return { schema: 'retention/v1', mode: 'enforce', rules: [], ...changes };
}

/** A version that has been active for a year. */
export function policyOf(changes: Partial<RetentionDocument> = {}, activatedAt = YEAR_AGO, deletionGrace = 7 * DAY): RetentionPolicy {
  return compilePolicy(documentOf(changes), { version: 1, activatedAt, deletionGrace });
}

export function actRule(changes: Partial<ActDocumentRule> = {}): ActDocumentRule {
  return { id: 'act', kind: 'act', priority: 10, match: {}, clock: 'latest', ...changes };
}

export function retainRule(changes: Partial<RetainDocumentRule> = {}): RetainDocumentRule {
  return { id: 'keep', kind: 'retain', match: {}, clock: 'latest', for: 'P30D', ...changes };
}

export function holdOn(scope: Hold['scope'], covers: Hold['covers'] = () => true, id: HoldId = newId('hld')): Hold {
  return { id, scope, covers };
}

const INSTANCE: InstanceId = newId('ins');
