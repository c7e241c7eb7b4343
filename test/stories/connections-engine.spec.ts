import { SandboxDirectory, type TenantId, type WhatsAppServer } from '#libs/contracts';
import { until } from '#libs/testing';
import { newCredentials, openSocket } from '../../libs/connections/src/whatsapp-engine.js';
import { untilConnected } from '../setup/paired-instance.js';
import { TestApplication } from '../setup/test-application.js';

const keys = { get: () => ({}), set: () => undefined };

/** What a client says of a server: it showed a QR code, or the client refused it. */
function meet(server: WhatsAppServer): Promise<'accepted' | 'refused'> {
  return new Promise((resolve) => {
    const socket = openSocket(server, { auth: { creds: newCredentials(), keys }, connectTimeoutMs: 5_000 });
    socket.ev.on('connection.update', ({ qr, connection }) => {
      if (qr) {
        resolve('accepted');
        setImmediate(() => void socket.end(undefined));
      }
      if (connection === 'close') resolve('refused');
    });
  });
}

describe('the server a session talks to', () => {
  let test: TestApplication;
  let server: WhatsAppServer;

  beforeAll(async () => {
    test = await TestApplication.start();
    const { id } = await test.tenant();
    server = await test.get(SandboxDirectory as never as new () => SandboxDirectory).serverOf(id as TenantId);
  }, 30_000);
  afterAll(() => test.close());

  it('cannot link a device that the account has not signed for', async () => {
    const { client } = await test.tenant('Forged');
    const phone = '5511999998001';
    const { id } = (await client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body;
    const qr = (except?: string) =>
      until('a QR code', async () => {
        const { pairing } = (await client.get<{ pairing: { qr: string } | null }>(`/v1/instances/${id}/connection`)).body;
        return pairing?.qr !== except && pairing?.qr;
      }) as Promise<string>;
    await client.post('/v1/sandbox/phones', { phoneNumber: phone });
    await client.post('/v1/sandbox/faults', { kind: 'pairing_forged', seconds: 60 });
    await client.post(`/v1/instances/${id}/start`);
    const first = await qr();
    expect((await client.post(`/v1/sandbox/phones/${phone}/scan`, { qr: first })).status).toBeGreaterThanOrEqual(400);
    await client.delete('/v1/sandbox/faults');
    expect((await client.post(`/v1/sandbox/phones/${phone}/scan`, { qr: await qr(first) })).status).toBe(200);
    await untilConnected(client, id);
  });

  it('is refused when its certificate is of another root, at the same moment as another session accepts it', async () => {
    const stranger = { ...server, root: Buffer.alloc(32, 9) };
    const asWhatsApp = { url: server.url };
    expect(await Promise.all([server, asWhatsApp, stranger, server, asWhatsApp].map(meet))).toEqual(['accepted', 'refused', 'refused', 'accepted', 'refused']);
  });
});
