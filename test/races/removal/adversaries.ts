import type { Caller, HoldId, InstanceId } from '#libs/contracts';
import { lockInstance, nextCycle } from '#libs/platform';
import { SessionRecords } from '../../../libs/connections/src/session-records.js';
import { InstancesService } from '../../../libs/instances/src/instances.service.js';
import { DeletionConfirmation } from '../../../libs/policy/src/deletion/deletion-confirmation.service.js';
import { DeletionRequestsService } from '../../../libs/policy/src/deletion/deletion-requests.service.js';
import { HoldsService } from '../../../libs/policy/src/holds/holds.service.js';
import { PlatformHoldsService } from '../../../libs/policy/src/holds/platform-holds.service.js';
import { InstanceRetentionService } from '../../../libs/policy/src/instance-retention.service.js';
import { OverridesService } from '../../../libs/policy/src/overrides/overrides.service.js';
import { PolicyActivationsService } from '../../../libs/policy/src/policy-activations.service.js';
import { Reconciler } from '../../../libs/policy/src/reconciler.js';
import { PurgeApprovals } from '../../../libs/policy/src/removal/purge-approvals.service.js';
import { PurgesService } from '../../../libs/policy/src/removal/purges.service.js';
import { SwitchesService } from '../../../libs/platform/src/switches/switches.service.js';
import { TenantsService } from '../../../libs/tenants/src/tenants.service.js';
import type { RemovalGround } from './removal-ground.js';
import { type By, GONE, NAME, remove, type Subject } from './subject.js';

/**
 * What may be said of an instance once the adversary was let through. `keeps`: it is not removed, unless it was gone already when the adversary had its
 * lock. `kept`: it is not removed at all. `either`: both are right.
 */
export type Claim = 'keeps' | 'kept' | 'either';

export interface Adversary {
  name: string;
  claim: Claim;
  /** it is never let through */
  isRefused?: boolean;
  by: readonly By[];
  policy?: object;
  /** two are due */
  two?: boolean;
  /** the notice that the policy asks for was not given */
  isUnnoticed?: boolean;
  /** Brings about what it needs; gives what it does then, and only once. */
  prepare(ground: RemovalGround, subject: Subject): Promise<() => Promise<unknown>> | (() => Promise<unknown>);
  /** Takes back what others would feel. */
  after?(ground: RemovalGround): Promise<unknown>;
}

/** A session that is told to close. */
export class Refused extends Error {}

const BOTH: readonly By[] = ['rule', 'person'];
const RULE: readonly By[] = ['rule'];
const PERSON: readonly By[] = ['person'];
const reason = 'a race';
const MINUTE = 60_000;
const LATER = { ...GONE, purge: { after: 'P10D', grace: 'PT10S' } };

const hold = (name: string, request: (id: InstanceId) => object): Adversary => ({
  name,
  claim: 'keeps',
  by: BOTH,
  prepare: (ground, { caller, id }) => () => ground.get(HoldsService).place(caller, { reason, ...request(id) } as never),
});

const activation = (name: string, document: object): Adversary => ({
  name,
  claim: 'keeps',
  by: RULE,
  prepare: async (ground, { caller }) => {
    const version = await ground.draft(caller, document);
    const token = await ground.preview(caller, version);
    return () => ground.get(PolicyActivationsService).activate(caller, version, token);
  },
});

const patch = (name: string, claim: Claim, change: object, by = BOTH): Adversary => ({
  name,
  claim,
  by,
  prepare: (ground, { caller, id }) => () => ground.get(InstancesService).patch(caller, id, change),
});

const ADVERSARIES_OF_ANY: readonly Adversary[] = [
  hold('a hold on the instance', (instanceId) => ({ scope: 'instance', instanceId })),
  hold('a hold on its label', () => ({ scope: 'selector', selector: 'plan=free' })),
  hold('a hold on the tenant', () => ({ scope: 'tenant' })),
  {
    ...patch('a label that a hold is on', 'keeps', { labels: { legal: 'yes' } }),
    prepare: async (ground, { caller, id }) => {
      await ground.get(HoldsService).place(caller, { scope: 'selector', selector: 'legal', reason });
      return () => ground.get(InstancesService).patch(caller, id, { labels: { legal: 'yes' } });
    },
  },
  {
    name: 'the release of a hold',
    claim: 'kept',
    by: BOTH,
    prepare: async (ground, { caller }) => {
      const { id } = await ground.get(HoldsService).place(caller, { scope: 'tenant', reason });
      return () => ground.get(HoldsService).release(caller, id as HoldId);
    },
  },
  {
    name: 'a hold of the operator',
    claim: 'keeps',
    by: BOTH,
    prepare: (ground) => () => ground.get(PlatformHoldsService).place(ground.operator, reason),
    after: (ground) => ground.look('UPDATE platform_holds SET released_at = tenure_now(), released_by = placed_by WHERE released_at IS NULL'),
  },
  {
    name: 'the kill switch',
    claim: 'keeps',
    by: BOTH,
    prepare: (ground) => () => ground.get(SwitchesService).setKillSwitch(ground.operator, { on: true, reason }),
    after: (ground) => ground.get(SwitchesService).setKillSwitch(ground.operator, { on: false, reason }),
  },
  {
    name: 'the suspension of the tenant',
    claim: 'keeps',
    by: BOTH,
    prepare: (ground, { caller }) => () => ground.get(TenantsService).suspend(ground.operator, caller.tenantId),
  },
  activation('a version with a longer rule', { rules: [LATER] }),
  activation('a version that is off', { mode: 'off', rules: [GONE] }),
  activation('a version without rules', { rules: [] }),
  patch('deletion protection', 'keeps', { deletionProtection: true }),
  patch('a label that exempts it', 'keeps', { labels: { vip: '' } }, RULE),
  patch('another name', 'either', { name: 'renamed' }),
  {
    name: 'an override that is longer',
    claim: 'keeps',
    by: RULE,
    prepare: (ground, { caller, id }) => () => ground.get(OverridesService).set(caller, id, { purgeAfter: 'P10D' }),
  },
  {
    name: 'a connection',
    claim: 'keeps',
    by: BOTH,
    prepare: async (ground, { by, caller, id }) => {
      if (by === 'rule') await ground.get(InstancesService).start(caller, id);
      return () => connect(ground, caller, id);
    },
  },
  {
    name: 'a new cycle of the instance',
    claim: 'keeps',
    by: BOTH,
    prepare: (ground, { caller, id }) => () =>
      ground.database.forTenant(caller.tenantId, async (tx) => {
        await lockInstance(tx, id);
        await nextCycle(tx, id);
      }),
  },
  {
    name: 'a person who takes it back',
    claim: 'keeps',
    by: BOTH,
    prepare: (ground, { caller, purge }) => () => ground.get(PurgesService).cancel(caller, purge),
  },
  {
    name: 'a person who takes their deletion back',
    claim: 'keeps',
    by: PERSON,
    prepare: async (ground, { caller, id }) => {
      const { data } = await ground.get(DeletionRequestsService).list(caller, { instanceId: id, limit: 1 } as never);
      return () => ground.get(DeletionConfirmation).cancel(caller, data[0]!.id as never);
    },
  },
  {
    name: 'a person who confirms a deletion',
    claim: 'keeps',
    by: RULE,
    prepare: async (ground, { caller, id }) => {
      const { id: request, token } = await ground.get(DeletionRequestsService).open(caller, id);
      return () => ground.get(DeletionConfirmation).confirm(caller, request as never, { token, name: NAME });
    },
  },
  {
    name: 'a person who archives it',
    claim: 'keeps',
    isRefused: true,
    by: BOTH,
    prepare: (ground, { caller, id }) => () => ground.get(InstanceRetentionService).archive(caller, id),
  },
  {
    name: 'a person who restores it',
    claim: 'keeps',
    isRefused: true,
    by: BOTH,
    prepare: (ground, { caller, id }) => () => ground.get(InstanceRetentionService).restore(caller, id, false),
  },
  {
    name: 'the approval that is missing',
    claim: 'either',
    by: BOTH,
    policy: { approvals: { purge: 1 }, deletion: { grace: 'P1D', approvals: 1 } },
    prepare: (ground, { other, purge }) => () => ground.get(PurgeApprovals).approve(other, purge),
  },
  {
    name: 'a batch of messages',
    claim: 'either',
    by: BOTH,
    prepare: (ground, { caller, id }) => () => ground.messages.keep(caller.tenantId, id, [message(1), message(2)]),
  },
  {
    name: 'a second sweep',
    claim: 'either',
    by: BOTH,
    prepare: (ground, subject) => () => remove(ground, subject, subject.id),
  },
  {
    name: 'the removal of another one under a limit of one a day',
    claim: 'either',
    by: RULE,
    two: true,
    policy: { limits: { maxPer24h: 1 } },
    prepare: (ground, subject) => () => remove(ground, subject, subject.second),
  },
];

/** I6: what is removed by rule had its notice, in time and in this cycle. */
const NOTICE = { notice: { before: 'PT10S', channels: ['journal'] } };
const AFTER_NOTICE = ['the release of a hold', 'a connection', 'a new cycle of the instance', 'a person who takes it back', 'a second sweep'];

const afterNotice = (adversary: Adversary): Adversary => ({ ...adversary, name: `${adversary.name}, after notice`, by: RULE, policy: NOTICE });

export const ADVERSARIES: readonly Adversary[] = [
  ...ADVERSARIES_OF_ANY,
  ...ADVERSARIES_OF_ANY.filter(({ name }) => AFTER_NOTICE.includes(name)).map(afterNotice),
  activation('a version that wants notice', { ...NOTICE, rules: [GONE] }),
  {
    name: 'the notice that is missing',
    claim: 'kept',
    by: RULE,
    policy: NOTICE,
    isUnnoticed: true,
    prepare: (ground, { caller, id }) => () => ground.get(Reconciler).reconcile(caller.tenantId, id),
  },
  {
    name: 'notice that was given before a hold was released',
    claim: 'kept',
    by: RULE,
    policy: NOTICE,
    prepare: async (ground, { caller, id }) => {
      const { id: hold } = await ground.get(HoldsService).place(caller, { scope: 'tenant', reason });
      await ground.get(HoldsService).release(caller, hold as HoldId);
      await ground.advance(MINUTE);
      return () => ground.get(Reconciler).reconcile(caller.tenantId, id);
    },
  },
];

/** As a session writes it whose login was accepted. */
async function connect(ground: RemovalGround, { tenantId }: Caller, instanceId: InstanceId): Promise<void> {
  const claim = { tenantId, instanceId, node: ground.node, owner: { epoch: 0n } } as never;
  if (!(await ground.get(SessionRecords).opened(claim, null))) throw new Refused();
}

const message = (n: number) => ({
  whatsappId: `3EB0${n}`,
  chat: '5511987654321@s.whatsapp.net',
  participant: null,
  fromMe: false,
  timestamp: new Date(Date.UTC(2026, 10, 23, 10, n)),
  text: `text ${n}`,
  kind: 'conversation',
  original: Buffer.from(`original ${n}`),
});
