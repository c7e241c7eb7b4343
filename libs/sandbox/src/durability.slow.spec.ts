import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB] = ['5511999990001', '5511999990002'] as const;

describe('the sandbox after its process ended', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  /** ended without a word, as far as their successors know */
  const abandoned: TestSandbox[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
  });

  afterEach(async () => {
    for (const one of [sandbox, ...abandoned.splice(0)]) await one.stop();
    await database.drop();
  });

  const crash = async () => {
    abandoned.push(sandbox);
    sandbox = await TestSandbox.start(database);
  };
  const restart = async () => {
    await sandbox.stop();
    sandbox = await TestSandbox.start(database);
  };
  const reconnect = async (tenantId: ReturnType<TestSandbox['tenant']>, { memory }: TestClient) =>
    new TestClient(await sandbox.serverOf(tenantId), memory).open();

  it('is the same WhatsApp: root, phones, devices and sessions, both ways', async () => {
    const tenantId = sandbox.tenant();
    const before = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    await before.sendText(BOB, 'before');
    await until('the phone to have it', async () => (await sandbox.screenOf(tenantId, BOB)).length > 0);
    const { root } = await sandbox.serverOf(tenantId);
    await restart();
    expect(await before.closed()).toBe(428);
    expect((await sandbox.serverOf(tenantId)).root).toEqual(root);
    const after = await reconnect(tenantId, before);
    await after.sendText(BOB, 'after');
    await until('the phone to have both', async () => (await sandbox.screenOf(tenantId, BOB)).length === 2);
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'from the phone' });
    await after.message('from the phone');
    after.end();
  });

  it('still has what waited for an instance that was away, and in its order', async () => {
    const tenantId = sandbox.tenant();
    const away = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    away.end();
    await away.closed();
    for (const text of ['one', 'two', 'three']) await sandbox.messages.send(tenantId, BOB, { to: ANA, text });
    await restart();
    const back = await reconnect(tenantId, away);
    await back.message('three');
    expect(back.texts).toEqual(['one', 'two', 'three']);
    back.end();
  });

  it('delivers again what was on its way and not receipted', async () => {
    const tenantId = sandbox.tenant();
    const client = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'blackhole', seconds: 60 });
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'into the hole' });
    client.end();
    await crash();
    const back = await reconnect(tenantId, client);
    await back.message('into the hole');
    back.end();
  });

  it('shows on a phone what it had been sent and not yet read when everything ended', async () => {
    const tenantId = sandbox.tenant();
    const client = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    await Promise.all(Array.from({ length: 10 }, (_, place) => client.sendText(BOB, `message ${place}`)));
    await crash();
    const back = await reconnect(tenantId, client);
    await until('the phone to have them all', async () => (await sandbox.screenOf(tenantId, BOB)).length >= 10);
    expect((await sandbox.screenOf(tenantId, BOB)).map(({ text }) => text).sort()).toEqual(Array.from({ length: 10 }, (_, place) => `message ${place}`));
    back.end();
  });

  it('does not deliver twice what was receipted', async () => {
    const tenantId = sandbox.tenant();
    const client = await pairedClient(sandbox, tenantId, ANA);
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    const { id } = await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'once' });
    await client.message('once');
    await until('the receipt', async () => (await sandbox.screenOf(tenantId, BOB)).some((m) => m.id === id && m.status === 'delivered'));
    await restart();
    const back = await reconnect(tenantId, client);
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'later' });
    await back.message('later');
    expect(back.texts).toEqual(['later']);
    back.end();
  });
});
