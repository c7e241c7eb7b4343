import { type HoldId, newId, type PurgeId } from '#libs/contracts';
import { type InstanceState, UNTOLD } from '../src/replay/instance-state.js';
import type { ReplayedEntry } from '../src/replay/replayed-entry.js';

type Entry = Pick<ReplayedEntry, 'type'> & Partial<Pick<ReplayedEntry, 'data' | 'personal'>>;

/** An instance as the product changes it, row and journal together, and nothing else of the product: what a replay has to find out from the entries alone. */
export class ToldInstance {
  readonly entries: ReplayedEntry[] = [];
  readonly row: InstanceState = structuredClone(UNTOLD);

  constructor() {
    Object.assign(this.row, { environment: 'test', name: 'shop', labels: { plan: 'free' } });
    this.tell({ type: 'instance.created', data: { environment: 'test' }, personal: { name: 'shop', labels: { plan: 'free' } } });
  }

  /** Does it where it can be done; what cannot leaves no trace, as an answer with 409 does. */
  do(command: Command, n: number): void {
    if (this.row.lifecycle !== 'purged') COMMANDS[command](this, n);
  }

  tell({ type, data = {}, personal = null }: Entry): void {
    this.entries.push({ seq: ++this.row.seq, type, data, personal });
  }

  get isRunning(): boolean {
    return this.row.desiredState === 'running';
  }
}

type Act = (instance: ToldInstance, n: number) => void;

function schedule(it: ToldInstance, intent: 'rule' | 'person' | 'tenant'): void {
  const { row } = it;
  if (row.lifecycle !== 'active' && row.lifecycle !== 'archived') return;
  const purgeId: PurgeId = newId('pur');
  Object.assign(row, { lifecycleFrom: row.lifecycle, lifecycle: 'purge_scheduled', purgeId, purgeIntent: intent });
  if (intent !== 'rule') row.desiredState = 'stopped';
  it.tell({ type: 'retention.purge_scheduled', data: { purgeId, intent, ruleId: null, policyVersion: null, dueAt: null } });
}

function purge(it: ToldInstance, intent: string, purgeId: PurgeId | null): void {
  Object.assign(it.row, { lifecycle: 'purged', lifecycleFrom: null, purgeIntent: null, purgeId, hasKey: false, name: null, labels: {}, desiredState: 'stopped' });
  Object.assign(it.row, { settledState: 'never_paired', settledReason: null, phoneNumber: null, override: null });
  it.tell({ type: 'instance.purged', data: { purgeId, certificateId: newId('crt'), intent, ruleId: null, policyVersion: null } });
  it.tell({ type: 'instance.erased', data: { certificateId: newId('crt'), rows: {} } });
}

export const COMMANDS = {
  rename: (it, n) => {
    it.row.name = `shop ${n}`;
    it.tell({ type: 'instance.renamed', personal: { name: `shop ${n}` } });
  },
  label: (it, n) => {
    it.row.labels = { fate: String(n) };
    it.tell({ type: 'instance.labelled', data: { keys: ['fate'] }, personal: { labels: { fate: String(n) } } });
  },
  protect: (it) => {
    it.row.deletionProtection = !it.row.deletionProtection;
    it.tell({ type: it.row.deletionProtection ? 'instance.protected' : 'instance.unprotected' });
  },
  start: (it) => {
    if (it.row.lifecycle !== 'active') return;
    it.row.desiredState = 'running';
    it.tell({ type: 'instance.started' });
  },
  stop: (it) => {
    if (!it.isRunning) return;
    it.row.desiredState = 'stopped';
    it.tell({ type: 'instance.stopped' });
  },
  archive: (it) => {
    if (it.row.lifecycle !== 'active') return;
    Object.assign(it.row, { lifecycle: 'archived', desiredState: 'stopped' });
    it.tell({ type: 'instance.archived', data: { ruleId: null, policyVersion: null } });
  },
  restore: (it, n) => {
    if (it.row.lifecycle !== 'archived') return;
    const started = n % 2 === 0;
    Object.assign(it.row, { lifecycle: 'active', desiredState: started ? 'running' : 'stopped', cycle: it.row.cycle + 1 });
    it.tell({ type: 'instance.restored', data: { started } });
    if (started) it.tell({ type: 'instance.started' });
  },
  pair: (it, n) => {
    if (!it.isRunning || it.row.settledState === 'connected') return;
    Object.assign(it.row, { settledState: 'disconnected', settledReason: 'unknown', phoneNumber: `55119${n}` });
    it.tell({ type: 'connection.pairing_started' });
    it.tell({ type: 'connection.paired', personal: { phoneNumber: `55119${n}` } });
  },
  open: (it) => {
    if (!it.isRunning || it.row.settledState !== 'disconnected') return;
    Object.assign(it.row, { settledState: 'connected', settledReason: null, cycle: it.row.cycle + 1 });
    it.tell({ type: 'connection.opened', data: { cycle: it.row.cycle } });
  },
  close: (it) => {
    if (it.row.settledState !== 'connected') return;
    Object.assign(it.row, { settledState: 'disconnected', settledReason: 'connection_lost' });
    it.tell({ type: 'connection.closed', data: { reason: 'connection_lost', code: 428, until: null } });
  },
  hold: (it) => {
    const holdId: HoldId = newId('hld');
    it.row.holds = [...it.row.holds, holdId].sort();
    it.tell({ type: 'instance.hold_placed', data: { holdId } });
  },
  release: (it, n) => {
    const holdId = it.row.holds[n % Math.max(1, it.row.holds.length)];
    if (!holdId) return;
    it.row.holds = it.row.holds.filter((held) => held !== holdId);
    it.tell({ type: 'instance.hold_released', data: { holdId } });
  },
  override: (it, n) => {
    it.row.override = { archiveAfter: null, purgeAfter: `P${n}D`, mayShorten: false };
    it.tell({ type: 'override.set', data: { ...it.row.override } });
  },
  'clear the override': (it) => {
    if (!it.row.override) return;
    it.row.override = null;
    it.tell({ type: 'override.cleared' });
  },
  'schedule by rule': (it) => schedule(it, 'rule'),
  'schedule by a person': (it) => schedule(it, 'person'),
  cancel: (it) => {
    const { row } = it;
    if (row.lifecycle !== 'purge_scheduled') return;
    it.tell({ type: 'retention.purge_cancelled', data: { purgeId: row.purgeId, cause: 'person' } });
    Object.assign(row, { lifecycle: row.lifecycleFrom, lifecycleFrom: null, purgeId: null, purgeIntent: null, cycle: row.cycle + 1 });
  },
  purge: (it) => {
    if (it.row.lifecycle === 'purge_scheduled' && it.row.holds.length === 0) purge(it, it.row.purgeIntent!, it.row.purgeId);
  },
  'purge again by a tombstone': (it, n) => {
    // rare, or no history is long
    if (n % 20 !== 0 || it.row.holds.length > 0) return;
    purge(it, it.row.purgeIntent ?? 'tombstone', it.row.purgeId ?? newId('pur'));
  },
  'be refused': (it) => it.tell({ type: 'instance.attempt_refused', data: { operationId: 'deleteInstance', code: 'x', status: 405 } }),
} satisfies Record<string, Act>;
export type Command = keyof typeof COMMANDS;
