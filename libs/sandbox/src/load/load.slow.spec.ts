import { type ApiClient, expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import type { RegisterDeviceDto, RegisteredDeviceDto } from '../control/linked-device.dto.js';
import type { ServerDto } from '../control/server.dto.js';
import { SandboxModule } from '../sandbox.module.js';
import { SandboxSettings } from '../sandbox.settings.js';
import { registeredMemory } from '../testing/register.js';
import { silenceConsole } from '../testing/silence-console.js';
import { newMemory, TestClient } from '../testing/test-client.js';
import type { LoadDto, TallyDto, TrafficDto } from './load.dto.js';
import { numberAt } from './number-range.js';

silenceConsole();

const FIRST = '5599000000001';
const number = (place: number) => numberAt({ first: FIRST, count: 0 }, place);

describe('phones by the thousand', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let client: ApiClient;
  const clients: TestClient[] = [];

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [SandboxModule], settings: [SandboxSettings] });
  });
  afterAll(() => ground.close());

  beforeEach(async () => {
    acme = await ground.tenant();
    client = acme.client;
  });
  afterEach(() => clients.splice(0).forEach((one) => one.end()));

  const server = async () => {
    const { webSocketUrl, rootKey } = (await client.get<ServerDto>('/v1/sandbox')).body;
    return { url: webSocketUrl, root: Buffer.from(rootKey, 'base64') };
  };
  const connect = async (memory = newMemory()) => {
    const one = new TestClient(await server(), memory);
    clients.push(one);
    return one;
  };
  const register = async (phone: string) =>
    registeredMemory(async (request) => (await client.post<RegisteredDeviceDto>(`/v1/sandbox/phones/${phone}/devices`, request)).body);
  const linked = async (phone: string) => (await (await connect(await register(phone))).open()).settled();
  const show = async (qr: string) => {
    const { cameraUrl } = (await client.get<ServerDto>('/v1/sandbox')).body;
    return fetch(cameraUrl, { method: 'POST', body: JSON.stringify({ qr }) });
  };
  const load = async () => (await client.get<LoadDto>('/v1/sandbox/load')).body;
  const tally = async (label: string) => (await client.get<TallyDto>(`/v1/sandbox/load/tally?label=${label}`)).body;

  it('are made in one call, with numbers that follow each other; asked again, only what is missing is made', async () => {
    expectProblem(await client.get('/v1/sandbox/load'), 404, 'sandbox.load-not-found');
    await client.post('/v1/sandbox/phones', { phoneNumber: number(7), name: 'Ana' });
    const made = { firstNumber: FIRST, lastNumber: number(999), phones: 1_000, autoScan: false, linked: 0, connected: 0, traffic: null };
    expect(await client.put('/v1/sandbox/load', { phones: 1_000 })).toMatchObject({ status: 200, body: made });
    expect(await client.put('/v1/sandbox/load', { phones: 1_005, autoScan: true })).toMatchObject({ status: 200, body: { phones: 1_005, autoScan: true } });
    expect((await client.post('/v1/sandbox/phones', { phoneNumber: number(7) })).body).toMatchObject({ name: 'Ana' });
    expect((await client.post('/v1/sandbox/phones', { phoneNumber: number(1_004) })).status).toBe(200);
    expect((await (await ground.tenant('Other')).client.get('/v1/sandbox/load')).status).toBe(404);
  });

  it.each([
    [{ phones: 0 }, '/phones'],
    [{ phones: 10_001 }, '/phones'],
    [{ phones: 10, firstNumber: '99999995' }, '/firstNumber'],
    [{ phones: 10, firstNumber: 'Ana' }, '/firstNumber'],
    [{ phones: 1, autoScan: 'yes' }, '/autoScan'],
  ])('are not made of %j, and the field is named', async (request, pointer) => {
    const answer = await client.put('/v1/sandbox/load', request);
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body).toMatchObject({ errors: [{ pointer }] });
  });

  it('take credentials of one’s own as linked devices, which log in at once', async () => {
    await client.put('/v1/sandbox/load', { phones: 2 });
    const [ana, bob] = [await linked(number(0)), await linked(number(1))];
    expect(ana.raw.user).toMatchObject({ id: `${number(0)}:1@s.whatsapp.net`, lid: expect.stringMatching(/^\d{16}:1@lid$/) });
    await ana.sendText(number(1), 'hello');
    await bob.message('hello');
    await bob.sendText(number(0), 'and back');
    await ana.message('and back');
    expect(await load()).toMatchObject({ linked: 2, connected: 2 });
  });

  it('do not take credentials whose signature is not theirs, or that are not whole', async () => {
    await client.put('/v1/sandbox/load', { phones: 1 });
    const path = `/v1/sandbox/phones/${number(0)}/devices`;
    const asked: RegisterDeviceDto[] = [];
    await registeredMemory((request) => (asked.push(request), Promise.reject(new Error('not now')))).catch(() => undefined);
    const [request] = asked;
    const forged = { ...request, identityKey: Buffer.alloc(32, 9).toString('base64') };
    for (const [body, pointer] of [[forged, '/signedPreKey/signature'], [{ ...request, noiseKey: 'AAAA' }, '/noiseKey'], [{ ...request, preKeys: [{ id: 0, publicKey: '' }] }, '/preKeys/0/']] as const) {
      const answer = await client.post(path, body);
      expectProblem(answer, 422, 'invalid-request');
      expect(JSON.stringify(answer.body)).toContain(`"pointer":"${pointer}`);
    }
    expectProblem(await client.post(`/v1/sandbox/phones/${number(5)}/devices`, request), 404, 'sandbox.phone-not-found');
  });

  it('scan the codes that clients show, each with the next phone that is free, as long as they are asked to', async () => {
    await client.put('/v1/sandbox/load', { phones: 2, autoScan: true });
    const shown = await Promise.all([connect(), connect()]);
    const answers = await Promise.all(shown.map(async (one) => (await show(await one.nextQr())).status));
    expect(answers).toEqual([202, 202]);
    expect(await Promise.all(shown.map((one) => one.closed()))).toEqual([515, 515]);
    expect(shown.map(({ memory }) => memory.creds.me?.id.split(':')[0]).sort()).toEqual([number(0), number(1)]);
    const third = await connect();
    expect((await show(await third.nextQr())).status).toBe(202);
    await client.put('/v1/sandbox/load', { phones: 3, autoScan: false });
    expect((await show(await third.nextQr())).status).toBe(202);
    await client.put('/v1/sandbox/load', { phones: 3, autoScan: true });
    expect(third.closeCode).toBeNull();
    await show(await third.nextQr());
    expect(await third.closed()).toBe(515);
  });

  it('see nothing in what is no code', async () => {
    const { port } = new URL((await server()).url);
    const post = async (path: string, body: string) => (await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body })).status;
    expect(await post(`/qr/${acme.id}`, 'hello')).toBe(400);
    expect(await post(`/qr/${acme.id}`, JSON.stringify({ qr: 'x'.repeat(5_000) }))).toBe(400);
    expect(await post('/qr/nobody', '{}')).toBe(404);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  });

  it('write to linked devices at a rate and for a time, and tell what became of it', async () => {
    await client.put('/v1/sandbox/load', { phones: 4 });
    expectProblem(await client.post('/v1/sandbox/load/traffic', { label: 'none', perSecond: 1, seconds: 1 }), 409, 'sandbox.nobody-to-write-to');
    const devices = [await linked(number(0)), await linked(number(1))];
    const plan = { label: 'morning', perSecond: 20, seconds: 2 };
    expect(await client.post<TrafficDto>('/v1/sandbox/load/traffic', plan)).toMatchObject({ status: 202, body: { ...plan, running: true } });
    expectProblem(await client.post('/v1/sandbox/load/traffic', plan), 409, 'sandbox.traffic-runs');
    const { traffic } = await until('the end of the traffic', async () => {
      const state = await load();
      return state.traffic?.running === false && state;
    });
    const { sent } = traffic!;
    expect(traffic).toMatchObject({ failed: 0 });
    expect(sent).toBeGreaterThan(0);
    await until('every receipt, and every text on a screen', async () => {
      const { waiting, received } = await tally('morning');
      return waiting === 0 && received === sent;
    });
    expect(await tally('morning')).toEqual({ label: 'morning', sent, waiting: 0, received: sent, doubled: 0, highest: sent, missing: [] });
    const texts = devices.flatMap((device) => device.texts).filter((text) => text.startsWith('morning#'));
    expect(new Set(texts)).toEqual(new Set(Array.from({ length: sent }, (_, place) => `morning#${place + 1}`)));
    expect(texts).toHaveLength(sent);
  });

  it('stop writing when they are told to', async () => {
    await client.put('/v1/sandbox/load', { phones: 2 });
    await linked(number(0));
    await client.post('/v1/sandbox/load/traffic', { label: 'long', perSecond: 5, seconds: 3_600 });
    expect((await client.delete('/v1/sandbox/load/traffic')).status).toBe(204);
    expect((await load()).traffic).toMatchObject({ running: false });
  });

  it('show of numbered texts which came twice and which never came', async () => {
    await client.put('/v1/sandbox/load', { phones: 2 });
    const ana = await linked(number(0));
    for (const text of ['order#1', 'order#3', 'order#3', 'other#2', 'order#x']) await ana.sendText(number(1), text);
    await until('all of them', async () => (await tally('order')).received === 2 && (await tally('order')).doubled === 1);
    expect(await tally('order')).toEqual({ label: 'order', sent: 2, waiting: 0, received: 2, doubled: 1, highest: 3, missing: [2] });
    expect(await tally('nothing')).toEqual({ label: 'nothing', sent: 0, waiting: 0, received: 0, doubled: 0, highest: 0, missing: [] });
    expectProblem(await client.get("/v1/sandbox/load/tally?label=a'b"), 422, 'invalid-request');
  });
});
