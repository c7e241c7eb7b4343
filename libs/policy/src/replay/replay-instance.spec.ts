import { type InstanceEventName, newId, type TenantEventName } from '#libs/contracts';
import type { PastEntry } from '#libs/platform';
import { compilePolicy } from '#libs/retention';
import { replayInstance } from './replay-instance.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const SPAN = { from: NOW - 90 * DAY, to: NOW };
const INSTANCE = newId('ins');
const TENANT = newId('ten');

interface Told {
  data?: object;
  personal?: object;
  byRule?: boolean;
}

/** Days before now. */
const at = (type: InstanceEventName | TenantEventName, daysAgo: number, { data = {}, personal, byRule }: Told = {}): PastEntry => ({
  ...{ id: newId('evt'), type, tenantId: TENANT, instanceId: type.startsWith('tenant') ? null : INSTANCE, seq: 1, causationId: null },
  ...{ occurredAt: new Date(NOW - daysAgo * DAY), actor: { kind: byRule ? 'rule' : 'system', id: 'test' } as const, data: { ...data }, personal: personal ? { ...personal } : null },
});
const created = (daysAgo = 200, labels: object = {}) => at('instance.created', daysAgo, { data: { environment: 'live' }, personal: { name: 'shop', labels } });
const opened = (daysAgo: number) => at('connection.opened', daysAgo, { data: { cycle: 1 } });
const closed = (daysAgo: number, reason = 'logged_out') => at('connection.closed', daysAgo, { data: { reason, code: null, until: null } });
const asked = (daysAgo: number, intent: string) => at('retention.purge_scheduled', daysAgo, { data: { intent } });
const labelled = (daysAgo: number, labels: object) => at('instance.labelled', daysAgo, { data: { keys: Object.keys(labels) }, personal: { labels } });
const rule = (more: object = {}) => ({ id: 'r', kind: 'act' as const, priority: 1, match: { connection: ['disconnected' as const] }, clock: 'latest' as const, ...more });
const archive = (after = 'P10D') => rule({ archive: { after } });
const purge = rule({ archive: { after: 'P10D' }, purge: { after: 'P20D', grace: 'P5D' } });

function replay(entries: PastEntry[], rules: object[] = [archive()], more: object = {}) {
  const document = { schema: 'retention/v1', mode: 'enforce', rules, ...more } as Parameters<typeof compilePolicy>[0];
  const policy = compilePolicy(document, { version: 1, activatedAt: SPAN.from, deletionGrace: 7 * DAY });
  const ago = (instant: number | null) => (instant === null ? null : (NOW - instant) / DAY);
  return replayInstance(policy, entries, 'live', SPAN).map((step) => [step.action, ago(step.at), ago(step.cameBackAt)]);
}

describe('the past of an instance, with other rules', () => {
  it.each<[string, PastEntry[], unknown[]]>([
    ['archives what was gone for long enough', [created(), opened(100), closed(50)], [['archive', 40, null]]],
    ['archives nothing that was not', [created(), opened(100), closed(9)], []],
    ['archives at its beginning what was due long before', [created(), opened(199), closed(150)], [['archive', 90, null]]],
    ['does nothing to what was connected', [created(), opened(100)], []],
    ['counts from the last disconnect', [created(), opened(100), closed(50), opened(45), closed(30)], [['archive', 20, null]]],
    ['notes that it connected afterwards', [created(), opened(100), closed(50), opened(30)], [['archive', 40, 30]]],
    ['archives again what came back and went again', [created(), opened(100), closed(50), opened(30), closed(25), opened(20)], [['archive', 40, 30]]],
    ['and once more when that took long enough', [created(), opened(100), closed(50), opened(30), closed(25)], [['archive', 40, 30], ['archive', 15, null]]],
    ['leaves alone what the platform stopped', [created(), opened(100), closed(50, 'platform_stopped')], []],
    ['counts anew from a reason after one that starts no clock', [created(), opened(100), closed(50, 'platform_stopped'), closed(30)], [['archive', 20, null]]],
    ['counts from the last reason, where the latest counts', [created(), opened(100), closed(50, 'connection_lost'), closed(45)], [['archive', 35, null]]],
    ['does not archive what a person archived', [created(), opened(100), closed(50), at('instance.archived', 45)], []],
    ['takes no account of what a rule of then archived, nor of the stop that came of it', [created(), opened(100), closed(50, 'connection_lost'), at('instance.archived', 49, { byRule: true }), closed(49, 'user_stopped')], [['archive', 40, null]]],
    ['notes that it was restored afterwards', [created(), opened(100), closed(50), at('instance.archived', 49, { byRule: true }), at('instance.restored', 30)], [['archive', 40, 30], ['archive', 20, null]]],
    ['does not archive what a person has deleted', [created(), opened(100), closed(50), asked(45, 'person'), at('instance.purged', 38, { data: { intent: 'person' } })], []],
    ['archives what a person deleted and took back, and counts from then', [created(), opened(100), closed(50), asked(45, 'person'), at('retention.purge_cancelled', 44)], [['archive', 34, null]]],
    ['takes no account of what a rule of then removed', [created(), opened(100), closed(50), asked(49, 'rule'), at('instance.purged', 48, { data: { intent: 'rule' } })], [['archive', 40, null]]],
    ['waits until nobody is pairing any more', [created(), opened(100), closed(50), at('connection.pairing_started', 40.001), at('connection.pairing_expired', 39.9965)], [['archive', 39.9965, null]]],
    ['leaves a suspended tenant alone, and counts from its resumption', [created(), opened(100), closed(50), at('tenant.suspended', 45), at('tenant.resumed', 30)], [['archive', 20, null]]],
    ['of a tenant that was suspended before it existed', [at('tenant.suspended', 300), at('tenant.resumed', 250), created(), opened(100), closed(50)], [['archive', 40, null]]],
    ['knows nothing of what nothing is told of', [at('tenant.resumed', 50)], []],
  ])('%s', (_what, entries, steps) => {
    const near = (list: unknown[]) => list.map((step) => (step as unknown[]).map((value) => (typeof value === 'number' ? Number(value.toFixed(4)) : value)));
    expect(near(replay(entries))).toEqual(near(steps));
  });

  it('goes by the labels of then', () => {
    const past = [created(200, { plan: 'free' }), opened(100), closed(50), labelled(45, { plan: 'paid' }), labelled(20, { plan: 'free' })];
    expect(replay(past)).toEqual([['archive', 40, null]]);
    expect(replay(past, [{ ...archive(), match: { connection: ['disconnected'], labels: { plan: 'paid' } } }])).toEqual([['archive', 40, null]]);
    expect(replay(past, [archive()], { exempt: { labels: ['plan=paid'] } })).toEqual([['archive', 20, null]]);
  });

  it('schedules after the archive, gives notice, and removes after the grace', () => {
    const past = [created(), opened(100), closed(80)];
    expect(replay(past, [purge])).toEqual([['archive', 70, null], ['purge', 55, null]]);
    const notice = { notice: { before: 'P8D', channels: ['webhook'] }, approvals: { purge: 2 } };
    expect(replay(past, [purge], notice)).toEqual([['archive', 70, null], ['purge', 52, null]]);
  });

  it('removes nothing that came back in between, and regrets what came back afterwards', () => {
    expect(replay([created(), opened(100), closed(80), opened(57)], [purge])).toEqual([['archive', 70, 57]]);
    expect(replay([created(), opened(100), closed(80), opened(50), closed(40)], [purge])).toEqual([['archive', 70, 50], ['purge', 55, 50]]);
  });

  it('keeps what is protected or retained', () => {
    const past = [created(), at('instance.protected', 90.5), opened(100), closed(80)].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
    expect(replay(past, [purge])).toEqual([['archive', 70, null]]);
    const keep = { id: 'keep', kind: 'retain', match: {}, clock: 'latest', for: 'P40D' };
    expect(replay([created(), opened(100), closed(80)], [purge, keep])).toEqual([['archive', 70, null], ['purge', 35, null]]);
  });

  it('does nothing when the rules are off', () => {
    expect(replay([created(), opened(100), closed(80)], [purge], { mode: 'off' })).toEqual([]);
  });
});
