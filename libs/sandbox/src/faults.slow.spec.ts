import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import type { Fault } from './control/check-fault.js';
import { BadFault } from './sandbox.errors.js';
import { FAULT_KINDS, type FaultKind } from './server/fault-kinds.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { newMemory, TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB] = ['5511999990001', '5511999990002'] as const;

describe('when something goes wrong', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await pairedClient(sandbox, tenantId, ANA);
  });

  afterAll(async () => {
    ana.end();
    await sandbox.stop();
    await database.drop();
  });

  const connect = async () => new TestClient(await sandbox.serverOf(tenantId), ana.memory);
  /** Whatever the test before left: a new socket, as a product opens it. */
  const reopened = async () => {
    for (let attempt = 0; ; attempt++) {
      try {
        if (!ana.isOpen) ana = await (await connect()).open(1_000);
        return ana;
      } catch (error) {
        if (attempt === 10) throw error;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  };

  /** The same with a line of its own. */
  const reconnected = async () => {
    ana.end();
    await ana.closed();
    return reopened();
  };
  /** The server's answers to what a client sends: the error, or nothing. */
  const acknowledgements = (client: TestClient) => {
    const answers = new Map<string, string | undefined>();
    client.raw.ws.on('CB:ack,class:message', ({ attrs }: { attrs: { id: string; error?: string } }) => answers.set(attrs.id, attrs.error));
    return answers;
  };
  /** What a phone shows once it shows this text. */
  const shownBy = (number: string, text: string) =>
    until(`the phone to show ${text}`, async () => {
      const texts = (await sandbox.screenOf(tenantId, number)).map((message) => message.text);
      return texts.includes(text) && texts;
    });

  it.each<[FaultKind, number]>([
    ['drop', 428],
    ['stream_end', 428],
    ['replaced', 440],
    ['restart_515', 515],
    ['stream_401', 401],
    ['stream_503', 503],
    ['bad_session', 500],
    ['multidevice_mismatch', 411],
    ['banned', 403],
  ])('%s closes the instance with %i, and it can come back at once', async (kind, code) => {
    const client = await reopened();
    expect(sandbox.faults.inflict(tenantId, { kind })).toEqual({ kind, connections: 1, seconds: null });
    expect(await client.closed()).toBe(code);
    ana = await (await connect()).open();
  });

  it('temporary_ban closes it with 402 and when it ends, refuses it until then, and lets it in afterwards', async () => {
    const client = await reopened();
    sandbox.faults.inflict(tenantId, { kind: 'temporary_ban', seconds: 2 });
    expect(await client.closed()).toBe(402);
    expect(client.closeData).toMatchObject({ expire: '2' });
    expect(await (await connect()).closed()).toBe(402);
    await reopened();
  });

  it.each<[Fault, number]>([
    [{ kind: 'stale_version' }, 405],
    [{ kind: 'banned' }, 403],
    [{ kind: 'login_401' }, 401],
    [{ kind: 'login_503' }, 503],
    [{ kind: 'login_515' }, 515],
    [{ kind: 'login_refused', code: 429 }, 429],
  ])('%j refuses logins with %i for as long as it lasts', async (fault, code) => {
    await reopened();
    sandbox.faults.inflict(tenantId, { ...fault, seconds: 60 });
    expect([await (await connect()).closed(), await (await connect()).closed()]).toEqual([code, code]);
    expect(sandbox.faults.end(tenantId)).toBe(1);
    await reconnected();
  });

  it.each<[FaultKind, number]>([
    ['upgrade_503', 503],
    ['upgrade_429', 429],
  ])('%s answers the upgrade with %i, of which Baileys itself says nothing', async (kind, code) => {
    sandbox.faults.inflict(tenantId, { kind, seconds: 60 });
    const client = await connect();
    const status = await new Promise((resolve) => {
      client.raw.ws.on('unexpected-response', (_request: unknown, response: { statusCode: number }) => resolve(response.statusCode));
    });
    expect(status).toBe(code);
    expect(client.closeCode).toBeNull();
    client.end();
    sandbox.faults.end(tenantId);
    await reconnected();
  });

  it.each<FaultKind>(['login_blackhole', 'upgrade_blackhole'])('%s leaves who comes without an answer until it ends, and nobody else', async (kind) => {
    const client = await reopened();
    sandbox.faults.inflict(tenantId, { kind, seconds: 60 });
    const another = await connect();
    await until('its line to be silent', async () => sandbox.linesOf(tenantId).some(({ isSilent }) => isSilent));
    expect(await client.raw.onWhatsApp(ANA)).toHaveLength(1);
    expect([another.isOpen, another.closeCode]).toEqual([false, null]);
    sandbox.faults.end(tenantId);
    expect(await another.closed()).toBe(428);
  });

  it('blackhole lets nothing pass, not even to who connects meanwhile, and then cuts the line', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'blackhole', seconds: 1 });
    const unpaired = new TestClient(await sandbox.serverOf(tenantId), newMemory());
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'swallowed' });
    expect([await client.closed(), await unpaired.closed()]).toEqual([428, 428]);
    expect([client.texts, unpaired.qr]).toEqual([[], undefined]);
    await (await reopened()).message('swallowed');
  });

  it('latency makes every question take twice as long as it says, in its order', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'latency', milliseconds: 200, phoneNumber: ANA });
    const [asked] = [performance.now(), sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'late' })];
    await client.raw.onWhatsApp(BOB);
    expect(performance.now() - asked).toBeGreaterThanOrEqual(395);
    await client.message('late');
    sandbox.faults.end(tenantId, 'latency', ANA);
    await client.raw.onWhatsApp(BOB);
  });

  it.each<[Fault, string]>([
    [{ kind: 'message_refused' }, '463'],
    [{ kind: 'message_refused', code: 479 }, '479'],
  ])('%j answers what the instance sends with the error %s, and passes nothing on', async (fault, error) => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, fault);
    const acks = acknowledgements(client);
    const id = await client.sendText(BOB, `refused with ${error}`);
    await until('the refusal', async () => acks.get(id));
    expect(acks.get(id)).toBe(error);
    await until('the status of an error', async () => client.statuses.get(id) === 0);
    sandbox.faults.end(tenantId);
    await client.sendText(BOB, `accepted after ${error}`);
    expect(await shownBy(BOB, `accepted after ${error}`)).not.toContain(`refused with ${error}`);
  });

  it('ack_withheld passes on what the instance sends and says nothing', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'ack_withheld' });
    const acks = acknowledgements(client);
    const silent = await client.sendText(BOB, 'no word of it');
    await shownBy(BOB, 'no word of it');
    sandbox.faults.end(tenantId);
    const told = await client.sendText(BOB, 'said again');
    await until('the later one acknowledged', async () => acks.has(told));
    expect(acks.has(silent)).toBe(false);
  });

  it('delivery_lost keeps a message from the instance until it logs in again', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    sandbox.faults.inflict(tenantId, { kind: 'delivery_lost' });
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'lost' });
    await client.raw.onWhatsApp(BOB);
    sandbox.faults.end(tenantId);
    await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'found' });
    await client.message('found');
    expect(client.texts).not.toContain('lost');
    await (await reconnected()).message('lost');
  });

  it('delivery_doubled brings a message twice', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    const stanzas: string[] = [];
    client.raw.ws.on('CB:message', ({ attrs }: { attrs: { id: string } }) => stanzas.push(attrs.id));
    sandbox.faults.inflict(tenantId, { kind: 'delivery_doubled' });
    const { id } = await sandbox.messages.send(tenantId, BOB, { to: ANA, text: 'twice' });
    await until('the second one', async () => stanzas.filter((seen) => seen === id).length === 2);
    await client.message('twice');
    sandbox.faults.end(tenantId);
  });

  it('delivery_reversed brings what had waited in reverse order', async () => {
    const client = await reopened();
    await sandbox.phones.create(tenantId, BOB, 'Bob');
    client.end();
    await client.closed();
    sandbox.faults.inflict(tenantId, { kind: 'delivery_reversed' });
    for (const text of ['first', 'second', 'third']) await sandbox.messages.send(tenantId, BOB, { to: ANA, text });
    const back = await reopened();
    await back.message('first');
    expect(back.texts.filter((text) => ['first', 'second', 'third'].includes(text))).toEqual(['third', 'second', 'first']);
    sandbox.faults.end(tenantId);
  });

  it('pairing_stall keeps who is paired waiting for the restart until it ends', async () => {
    const number = '5511999990005';
    await sandbox.phones.create(tenantId, number);
    sandbox.faults.inflict(tenantId, { kind: 'pairing_stall' });
    const client = new TestClient(await sandbox.serverOf(tenantId), newMemory());
    await sandbox.qr.scan(tenantId, number, await client.nextQr());
    await until('the credentials', async () => client.memory.creds.account !== undefined);
    expect(client.closeCode).toBeNull();
    sandbox.faults.end(tenantId);
    expect(await client.closed()).toBe(515);
  });

  it('qr_used_up ends a pairing with 408 before it has begun', async () => {
    sandbox.faults.inflict(tenantId, { kind: 'qr_used_up' });
    const client = new TestClient(await sandbox.serverOf(tenantId), newMemory());
    expect([await client.closed(), client.qr]).toEqual([408, undefined]);
    sandbox.faults.end(tenantId);
  });

  it('storm cuts as many of a hundred lines as it is told, rounded down', async () => {
    await reopened();
    const others = await Promise.all(['5511999990011', '5511999990012', '5511999990013'].map((number) => pairedClient(sandbox, tenantId, number)));
    expect(sandbox.faults.inflict(tenantId, { kind: 'storm', percent: 24 })).toMatchObject({ connections: 0 });
    expect(sandbox.faults.inflict(tenantId, { kind: 'storm', percent: 50 })).toEqual({ kind: 'storm', connections: 2, seconds: null });
    const lines = [ana, ...others];
    await until('two cut lines', async () => lines.filter(({ closeCode }) => closeCode === 428).length === 2);
    expect(lines.filter(({ isOpen }) => isOpen)).toHaveLength(2);
    for (const client of others) client.end();
  });

  it('a second socket of the same device takes over, and the first is told', async () => {
    const first = await reopened();
    ana = await (await connect()).open();
    expect(await first.closed()).toBe(440);
  });

  it('aimed at one phone meets only that phone', async () => {
    const client = await reopened();
    const other = await pairedClient(sandbox, tenantId, '5511999990007');
    expect(sandbox.faults.inflict(tenantId, { kind: 'drop', phoneNumber: ANA })).toMatchObject({ connections: 1 });
    expect(await client.closed()).toBe(428);
    expect(other.isOpen).toBe(true);
    other.end();
  });

  it('meets only the tenant that asked for it', async () => {
    const client = await reopened();
    expect(sandbox.faults.inflict(sandbox.tenant(), { kind: 'drop' })).toMatchObject({ connections: 0 });
    expect(client.isOpen).toBe(true);
  });

  it.each<[Fault, string]>([
    [{ kind: 'drop', seconds: 5 }, '/seconds'],
    [{ kind: 'upgrade_503', phoneNumber: ANA }, '/phoneNumber'],
    [{ kind: 'storm', percent: 10, phoneNumber: ANA }, '/phoneNumber'],
    [{ kind: 'storm' }, '/percent'],
    [{ kind: 'latency' }, '/milliseconds'],
    [{ kind: 'login_refused' }, '/code'],
    [{ kind: 'login_503', code: 500 }, '/code'],
    [{ kind: 'drop', milliseconds: 5 }, '/milliseconds'],
  ])('%j is refused, naming the field', (fault, pointer) => {
    const inflict = () => sandbox.faults.inflict(tenantId, fault);
    expect(inflict).toThrow(BadFault);
    expect(inflict).toThrow(expect.objectContaining({ extensions: { errors: [expect.objectContaining({ pointer })] } }));
    expect(sandbox.faults.list(tenantId)).toEqual([]);
  });

  it('each kind can be had, and those that last are listed until they end', () => {
    const nobody = sandbox.tenant();
    const fields = { storm: { percent: 50 }, latency: { milliseconds: 5 }, login_refused: { code: 500 } };
    const effects = FAULT_KINDS.map((kind) => sandbox.faults.inflict(nobody, { kind, ...fields[kind as keyof typeof fields] }));
    const lasting = effects.filter(({ seconds }) => seconds !== null).map(({ kind }) => kind);
    expect(sandbox.faults.list(nobody).map(({ kind }) => kind).sort()).toEqual(lasting.sort());
    expect(sandbox.faults.end(nobody, 'latency')).toBe(1);
    expect(sandbox.faults.end(nobody, 'login_503', ANA)).toBe(0);
    expect(sandbox.faults.end(nobody)).toBe(lasting.length - 1);
    expect(sandbox.faults.list(nobody)).toEqual([]);
  });

  it('an unlinked device is told so, and refused ever after', async () => {
    const client = await reopened();
    expect(await sandbox.phones.unlink(tenantId, ANA)).toHaveLength(1);
    expect(await client.closed()).toBe(401);
    expect(await (await connect()).closed()).toBe(401);
  });

  it('a device that logged itself out is refused ever after', async () => {
    const client = await pairedClient(sandbox, tenantId, '5511999990008');
    await client.raw.logout();
    expect(await client.closed()).toBe(401);
    const again = new TestClient(await sandbox.serverOf(tenantId), client.memory);
    expect(await again.closed()).toBe(401);
  });
});
