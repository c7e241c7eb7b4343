import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { RecipientUnknown } from './sandbox.errors.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import type { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB, EVE] = ['5511999990001', '5511999990002', '5511999990003'] as const;
const DELIVERED = 3;
const READ = 4;

describe('messages between instances and simulated phones', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;
  let bob: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA);
    bob = await pairedClient(sandbox, tenantId, BOB);
    await sandbox.phones.create(tenantId, EVE, 'Eve');
  });

  afterAll(async () => {
    for (const client of [ana, bob]) client.end();
    await sandbox.stop();
    await database.drop();
  });

  it('are decrypted by the other instance, and the answer by the first', async () => {
    const id = await ana.sendText(BOB, 'hello Bob');
    expect((await bob.message('hello Bob')).key).toMatchObject({ id, fromMe: false, remoteJid: `${ANA}@s.whatsapp.net` });
    await bob.sendText(ANA, 'hello Ana');
    expect((await ana.message('hello Ana')).key).toMatchObject({ fromMe: false, remoteJid: `${BOB}@s.whatsapp.net` });
  });

  it('are receipted: delivered, then read', async () => {
    const id = await ana.sendText(BOB, 'did you see this');
    const { key } = await bob.message('did you see this');
    await ana.status(id, DELIVERED);
    await bob.raw.readMessages([key]);
    await ana.status(id, READ);
  });

  it('show on the recipient’s phone, and as sent on the sender’s', async () => {
    const id = await ana.sendText(EVE, 'hello Eve');
    await ana.status(id, DELIVERED);
    expect(await sandbox.screenOf(tenantId, EVE)).toMatchObject([{ id, direction: 'in', text: 'hello Eve', chat: `${ANA}@s.whatsapp.net`, status: 'received' }]);
    const [shown] = await until('Ana’s phone to show it', async () => {
      const own = (await sandbox.screenOf(tenantId, ANA)).filter((message) => message.id === id);
      return own.length > 0 && own;
    });
    expect(shown).toMatchObject({ direction: 'out', text: 'hello Eve', chat: `${EVE}@s.whatsapp.net` });
  });

  it('from a phone reach the instance, under the name of the phone', async () => {
    const sent = await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'hello from Eve' });
    const message = await ana.message('hello from Eve');
    expect(message).toMatchObject({ pushName: 'Eve', key: { id: sent.id, fromMe: false, remoteJid: `${EVE}@s.whatsapp.net` } });
    await statusOnScreen(EVE, sent.id, 'delivered');
    await ana.raw.readMessages([message.key]);
    await statusOnScreen(EVE, sent.id, 'read');
  });

  it('typed on the instance’s own phone reach the instance as its own', async () => {
    await sandbox.messages.send(tenantId, ANA, { to: EVE, text: 'typed on the phone' });
    expect((await ana.message('typed on the phone')).key).toMatchObject({ fromMe: true, remoteJid: `${EVE}@s.whatsapp.net` });
  });

  it('go on when an instance lost its session and the other is asked to encrypt again', async () => {
    for (const text of ['one', 'two', 'three']) await exchange(text);
    bob.memory.keys.delete('session');
    await ana.sendText(BOB, 'read me again');
    await bob.message('read me again');
  });

  it('go on when an instance lost its session with a phone', async () => {
    await sandbox.messages.send(tenantId, EVE, { to: BOB, text: 'first contact' });
    await bob.message('first contact');
    await bob.sendText(EVE, 'answer');
    await until('Eve to see the answer', async () => (await sandbox.screenOf(tenantId, EVE)).some(({ text }) => text === 'answer'));
    bob.memory.keys.delete('session');
    await sandbox.messages.send(tenantId, EVE, { to: BOB, text: 'after the loss' });
    await bob.message('after the loss');
  });

  it('to somebody unknown go nowhere', async () => {
    await expect(sandbox.messages.send(tenantId, EVE, { to: '5511999990009', text: 'hello?' })).rejects.toBeInstanceOf(RecipientUnknown);
    expect(await ana.raw.onWhatsApp(EVE, '5511999990009')).toEqual([{ jid: `${EVE}@s.whatsapp.net`, exists: true }]);
  });

  it('of one tenant never reach the same number of another', async () => {
    const other = sandbox.tenant();
    const stranger = await pairedClient(sandbox, other, BOB);
    await ana.sendText(BOB, 'only for our Bob');
    await bob.message('only for our Bob');
    expect(stranger.texts).toEqual([]);
    expect(await sandbox.screenOf(other, BOB)).toEqual([]);
    stranger.end();
  });

  async function exchange(text: string): Promise<void> {
    await ana.sendText(BOB, text);
    await bob.message(text);
    await bob.sendText(ANA, `${text}, too`);
    await ana.message(`${text}, too`);
  }

  function statusOnScreen(number: string, id: string, status: string): Promise<boolean> {
    return until(`${status} on the screen`, async () => (await sandbox.screenOf(tenantId, number)).some((m) => m.id === id && m.status === status));
  }
});
