import fs from 'node:fs';
import path from 'node:path';
import { LIFECYCLE_EVENT_NAMES } from '#libs/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const schema = JSON.parse(fs.readFileSync(path.join(ROOT, 'docs/events.schema.json'), 'utf8')) as { $defs: Record<string, object> };
const isEntry = new Ajv2020({ strict: false }).compile(schema);

const entry = {
  ...{ id: 'evt_01h455vb4pex5vsknk084sn02q', type: 'connection.closed', tenantId: 'ten_01h455vb4pex5vsknk084sn02q' },
  ...{ instanceId: 'ins_01h455vb4pex5vsknk084sn02q', seq: 12, position: 345, occurredAt: '2026-11-23T10:00:00.000Z' },
  ...{ actor: { kind: 'system', id: 'connections' }, causationId: null },
  ...{ data: { reason: 'connection_lost', code: 428, until: null }, personal: null },
};

/** Every source of the libs but the contracts, which only name the events. */
function sources(): string[] {
  const files = fs.readdirSync(path.join(ROOT, 'libs'), { recursive: true, encoding: 'utf8' });
  const own = files.filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|generated|^(contracts|testing)\//.test(file));
  return own.map((file) => fs.readFileSync(path.join(ROOT, 'libs', file), 'utf8'));
}

describe('The event catalogue', () => {
  it('has a schema for every event and none beside', () => {
    expect(Object.keys(schema.$defs).sort()).toEqual([...LIFECYCLE_EVENT_NAMES].sort());
  });

  it('has a producer for every event: something in a lib that journals it', () => {
    const all = sources();
    const named = (name: string) => all.some((source) => source.includes('append') && source.includes(`'${name}'`));
    expect(LIFECYCLE_EVENT_NAMES.filter((name) => !named(name))).toEqual([]);
  });

  it.each<[string, object]>([
    ['an entry as the API shows it', entry],
    ['one with a field that a later release adds', { ...entry, data: { ...entry.data, attempt: 2 } }],
    ['one whose key was destroyed', { ...entry, type: 'connection.paired', data: {}, personal: null }],
    ['one with what is personal in the clear', { ...entry, type: 'connection.paired', data: {}, personal: { phoneNumber: '5511999990001' } }],
    ['one of a tenant', { ...entry, type: 'tenant.created', instanceId: null, seq: null, data: {} }],
  ])('accepts %s', (_what, value) => {
    expect(isEntry(value)).toBe(true);
  });

  it.each<[string, object]>([
    ['an unknown event', { ...entry, type: 'connection.vanished' }],
    ['a reason outside the closed set', { ...entry, data: { ...entry.data, reason: 'bored' } }],
    ['an event of an instance without an instance', { ...entry, instanceId: null }],
    ['a missing field', { ...entry, data: { reason: 'connection_lost', code: 428 } }],
    ['a personal part where there is none', { ...entry, personal: { name: 'shop' } }],
  ])('refuses %s', (_what, value) => {
    expect(isEntry(value)).toBe(false);
  });
});
