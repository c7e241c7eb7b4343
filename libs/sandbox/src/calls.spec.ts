import type { WACallEvent } from '@whiskeysockets/baileys';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { PhoneNotFound, RecipientUnknown } from './sandbox.errors.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import type { TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, EVE] = ['5511999990001', '5511999990003'] as const;

describe('a call from a simulated phone', () => {
  let database: TestDatabase;
  let sandbox: TestSandbox;
  let tenantId: ReturnType<TestSandbox['tenant']>;
  let ana: TestClient;
  const heard: WACallEvent[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await TestSandbox.start(database);
    tenantId = sandbox.tenant();
    ana = await (await pairedClient(sandbox, tenantId, ANA)).settled();
    ana.raw.ev.on('call', (calls) => heard.push(...calls));
    await sandbox.phones.create(tenantId, EVE, 'Eve');
  });
  afterAll(async () => {
    ana.end();
    await sandbox.stop();
    await database.drop();
  });

  const call = (seconds: number, video = false) => sandbox.calls.call(tenantId, EVE, { to: ANA, seconds, video });
  const heardOf = (status: string) => until(`${status} heard`, async () => heard.find((event) => event.status === status));

  it('rings at the instance until the caller gives up', async () => {
    expect(await call(1, true)).toMatchObject({ to: ANA, outcome: 'unanswered' });
    expect(await heardOf('offer')).toMatchObject({ isVideo: true, isGroup: false, offline: false, callerPn: `${EVE}@s.whatsapp.net`, from: expect.stringMatching(/@lid$/) });
    expect(await heardOf('timeout')).toBeDefined();
  });

  it('ends at once when the instance rejects it', async () => {
    heard.length = 0;
    const began = Date.now();
    const ended = call(20);
    const offer = await heardOf('offer');
    await ana.raw.rejectCall(offer.id, offer.from);
    expect(await ended).toMatchObject({ id: offer.id, outcome: 'rejected' });
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(await heardOf('terminate')).toBeDefined();
  });

  it('reaches nobody who is not connected, and none that does not exist', async () => {
    expect(await sandbox.calls.call(tenantId, ANA, { to: EVE })).toMatchObject({ outcome: 'unanswered' });
    await expect(sandbox.calls.call(tenantId, EVE, { to: '5511999999999' })).rejects.toThrow(RecipientUnknown);
    await expect(sandbox.calls.call(tenantId, '5511999999999', { to: ANA })).rejects.toThrow(PhoneNotFound);
  });
});
