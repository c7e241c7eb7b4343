import { type ApiClient, expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import { SandboxDirectory } from '#libs/contracts';
import { SandboxModule } from '../sandbox.module.js';
import { SandboxSettings } from '../sandbox.settings.js';
import { silenceConsole } from '../testing/silence-console.js';
import { newMemory, TestClient } from '../testing/test-client.js';
import type { FaultDto, StandingFaultsDto } from './fault.dto.js';
import type { InviteDto, MemberOutcomesDto, SandboxGroupDto, SandboxGroupListDto } from './group.dto.js';
import type { PhoneMessageDto, PhoneMessagePageDto } from './phone-message.dto.js';
import type { LinkedDeviceDto, PhoneDto, UnlinkedDto } from './phone.dto.js';

silenceConsole();

const [ANA, BOB] = ['5511999990001', '5511999990002'] as const;

describe('the sandbox over HTTP', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let client: ApiClient;

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [SandboxModule], settings: [SandboxSettings] });
  });
  afterAll(() => ground.close());

  beforeEach(async () => {
    acme = await ground.tenant();
    client = acme.client;
  });

  const createPhone = (phoneNumber: string, name?: string) => client.post<PhoneDto>('/v1/sandbox/phones', { phoneNumber, name });
  const connect = async (memory = newMemory()) => new TestClient(await ground.get(SandboxDirectory).serverOf(acme.id), memory);
  const linked = async () => {
    await createPhone(ANA, 'Ana');
    const first = await connect();
    const [scan] = await Promise.all([client.post<LinkedDeviceDto>(`/v1/sandbox/phones/${ANA}/scan`, { qr: await first.nextQr() }), first.closed()]);
    expect(scan).toMatchObject({ status: 200, body: { phoneNumber: ANA, device: 1 } });
    return (await (await connect(first.memory)).open()).settled();
  };
  const screenOf = async (number: string, query = '') =>
    (await client.get<PhoneMessagePageDto>(`/v1/sandbox/phones/${number}/messages${query}`)).body;

  it('creates a phone once, however often it is asked, and says when it was there already', async () => {
    const [first, again, unnamed] = [await createPhone(ANA, 'Ana'), await createPhone(ANA, 'Ana'), await createPhone(ANA)];
    expect([first.status, again.status, unnamed.status]).toEqual([201, 200, 200]);
    expect(first.body).toEqual({ phoneNumber: ANA, name: 'Ana', lid: expect.stringMatching(/^1\d{15}@lid$/) });
    expect([again.body, unnamed.body]).toEqual([first.body, first.body]);
    expectProblem(await createPhone(ANA, 'Eve'), 409, 'sandbox.phone-exists');
  });

  it('creates one phone when it is asked twice at the same time', async () => {
    const answers = await Promise.all([createPhone(ANA, 'Ana'), createPhone(ANA, 'Ana'), createPhone(ANA, 'Ana')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(answers.map(({ body }) => body.lid)).size).toBe(1);
  });

  it.each(['+5511999990001', '0511999990001', '12345', 'five', '55119999900011111'])('refuses %j as a number, naming the field', async (number) => {
    const answer = await createPhone(number);
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/phoneNumber' }] });
    expectProblem(await client.get(`/v1/sandbox/phones/${encodeURIComponent(number)}/messages`), 422, 'sandbox.bad-phone-number');
  });

  it('links an instance by its QR code, passes messages both ways and pages what the phone shows', async () => {
    const instance = await linked();
    await createPhone(BOB, 'Bob');
    const sent = await client.post<PhoneMessageDto>(`/v1/sandbox/phones/${BOB}/messages`, { to: ANA, text: 'hi Ana' });
    expect(sent).toMatchObject({ status: 201, body: { chat: `${ANA}@s.whatsapp.net`, direction: 'out', text: 'hi Ana', status: 'sent' } });
    await instance.message('hi Ana');
    const id = await instance.sendText(BOB, 'hi Bob');
    await until('Bob to have it', async () => (await screenOf(BOB)).data.length === 2);
    const newest = await screenOf(BOB, '?limit=1');
    expect(newest).toMatchObject({ data: [{ id, direction: 'in', kind: 'extendedTextMessage', text: 'hi Bob', status: 'received' }], nextCursor: expect.any(String) });
    const rest = await screenOf(BOB, `?limit=1&cursor=${newest.nextCursor}`);
    expect(rest).toMatchObject({ data: [{ id: sent.body.id }], nextCursor: null });
    instance.end();
  });

  it.each<[string, object, string[]]>([
    ['nothing to do', {}, ['/text']],
    ['two things to do', { text: 'x', revoke: { message: 'M1' } }, ['/text', '/revoke']],
    ['an answer that is no text', { quotes: 'M1', poll: { question: '?', options: ['a', 'b'] } }, ['/quotes']],
    ['a part of a reaction', { reaction: { message: 'M1' } }, ['/reaction/emoji']],
    ['a poll of one option', { poll: { question: '?', options: ['a'] } }, ['/poll/options']],
    ['something unknown', { dance: {} }, ['/dance', '/text']],
  ])('refuses a message with %s, naming the field', async (_what, message, pointers) => {
    await createPhone(ANA);
    const answer = await client.post<{ errors: { pointer: string }[] }>(`/v1/sandbox/phones/${ANA}/messages`, { to: ANA, ...message });
    expectProblem(answer, 422, 'invalid-request');
    expect(new Set(answer.body.errors.map(({ pointer }) => pointer))).toEqual(new Set(pointers));
  });

  it('says which message was meant when it is not there', async () => {
    await createPhone(ANA);
    const answer = await client.post(`/v1/sandbox/phones/${ANA}/messages`, { to: ANA, reaction: { message: 'M1', emoji: '👍' } });
    expectProblem(answer, 422, 'sandbox.bad-message');
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/reaction/message' }] });
  });

  it('lets faults happen and unlinks', async () => {
    const instance = await linked();
    expect(await client.post<FaultDto>('/v1/sandbox/faults', { kind: 'drop' })).toMatchObject({ status: 201, body: { kind: 'drop', connections: 1, seconds: null } });
    expect(await instance.closed()).toBe(428);
    const back = await (await connect(instance.memory)).open();
    expect(await client.post<UnlinkedDto>(`/v1/sandbox/phones/${ANA}/unlink`)).toMatchObject({ status: 200, body: { devices: 1 } });
    expect(await back.closed()).toBe(401);
  });

  it.each([
    ['an unknown kind', { kind: 'explode' }, '/kind'],
    ['a field that is not known', { kind: 'storm', share: 0.5 }, '/share'],
    ['more lines than there are', { kind: 'storm', percent: 101 }, '/percent'],
    ['a code that is no error', { kind: 'login_refused', code: 200 }, '/code'],
    ['no time at all', { kind: 'blackhole', seconds: 0 }, '/seconds'],
    ['a number that is none', { kind: 'drop', phoneNumber: 'Ana' }, '/phoneNumber'],
  ])('refuses a fault with %s', async (_what, fault, pointer) => {
    const answer = await client.post('/v1/sandbox/faults', fault);
    expectProblem(answer, 422, 'invalid-request');
    expect(JSON.stringify(answer.body)).toContain(`"${pointer}"`);
  });

  it('lists the faults that last, and ends them before their time', async () => {
    await client.post('/v1/sandbox/faults', { kind: 'latency', milliseconds: 5, seconds: 600, phoneNumber: ANA });
    await client.post('/v1/sandbox/faults', { kind: 'login_503' });
    expect((await client.get<StandingFaultsDto>('/v1/sandbox/faults')).body.data).toEqual([
      { kind: 'latency', phoneNumber: ANA, secondsLeft: 600, code: null, milliseconds: 5 },
      { kind: 'login_503', phoneNumber: null, secondsLeft: 60, code: null, milliseconds: null },
    ]);
    expect((await (await ground.tenant('Other')).client.get<StandingFaultsDto>('/v1/sandbox/faults')).body.data).toEqual([]);
    expect(await client.delete('/v1/sandbox/faults?kind=latency')).toMatchObject({ status: 200, body: { ended: 1 } });
    expectProblem(await client.delete('/v1/sandbox/faults?kind=weather'), 422, 'invalid-request');
    expect(await client.delete('/v1/sandbox/faults')).toMatchObject({ status: 200, body: { ended: 1 } });
    expect((await client.get<StandingFaultsDto>('/v1/sandbox/faults')).body.data).toEqual([]);
  });

  it('says of a phone that is not there that it is not there', async () => {
    const phone = '/v1/sandbox/phones/5511999990009';
    const qr = `https://wa.me/settings/linked_devices#2@none,${['a', 'b', 'c'].map((text) => Buffer.alloc(32, text).toString('base64')).join(',')},1`;
    expectProblem(await client.get(`${phone}/messages`), 404, 'sandbox.phone-not-found');
    expectProblem(await client.post(`${phone}/messages`, { to: ANA, text: 'x' }), 404, 'sandbox.phone-not-found');
    expectProblem(await client.post(`${phone}/unlink`), 404, 'sandbox.phone-not-found');
    expectProblem(await client.post(`${phone}/enter-code`, { code: 'ABCD-1234' }), 404, 'sandbox.phone-not-found');
    expectProblem(await client.post(`${phone}/scan`, { qr }), 409, 'sandbox.qr-expired');
    expectProblem(await client.post(`${phone}/scan`, { qr: 'hello' }), 422, 'sandbox.bad-qr');
  });

  it('makes a group, changes it and lets it go', async () => {
    for (const number of [ANA, BOB]) await createPhone(number);
    const groups = `/v1/sandbox/phones/${ANA}/groups`;
    const made = await client.post<SandboxGroupDto>(groups, { subject: 'Friends', members: [BOB] });
    expect(made).toMatchObject({ status: 201, body: { id: expect.stringMatching(/^\d{18}@g\.us$/), owner: `${ANA}@s.whatsapp.net`, description: null, membersAdd: true, announce: false } });
    const group = `${groups}/${made.body.id}`;
    expect(await client.patch(group, { description: 'Fridays', locked: true })).toMatchObject({ status: 200, body: { subject: 'Friends', description: 'Fridays', locked: true } });
    expectProblem(await client.patch(`/v1/sandbox/phones/${BOB}/groups/${made.body.id}`, { subject: 'Mine' }), 403, 'sandbox.not-allowed-in-group');
    expectProblem(await client.get(`/v1/sandbox/phones/${BOB}/groups/${made.body.id}/invite`), 403, 'sandbox.not-allowed-in-group');
    const removed = await client.post<MemberOutcomesDto>(`${group}/members`, { action: 'remove', members: [BOB, '5511999990009'] });
    expect(removed).toMatchObject({ status: 200, body: { data: [{ phoneNumber: BOB, status: 200 }, { status: 404 }] } });
    const { code } = (await client.get<InviteDto>(`${group}/invite`)).body;
    expect(await client.post(`/v1/sandbox/phones/${BOB}/groups/join`, { code })).toMatchObject({ status: 200, body: { members: [{ phoneNumber: ANA, role: 'superadmin' }, { phoneNumber: BOB, role: 'member' }] } });
    expectProblem(await client.post(`/v1/sandbox/phones/${BOB}/groups/join`, { code }), 409, 'sandbox.already-in-group');
    expect((await client.post<InviteDto>(`${group}/invite/renew`)).body.code).not.toBe(code);
    expect((await client.post(`${group}/leave`)).status).toBe(204);
    expect((await client.get<SandboxGroupListDto>(groups)).body.data).toEqual([]);
    expect((await client.get<SandboxGroupListDto>(`/v1/sandbox/phones/${BOB}/groups`)).body.data).toHaveLength(1);
  });

  it.each<[string, object, string]>([
    ['no subject', { members: [] }, '/subject'],
    ['nobody named', { subject: 'Friends' }, '/members'],
    ['somebody who is no number', { subject: 'Friends', members: ['Bob'] }, '/members'],
  ])('refuses a group with %s, naming the field', async (_what, group, pointer) => {
    await createPhone(ANA);
    const answer = await client.post(`/v1/sandbox/phones/${ANA}/groups`, group);
    expectProblem(answer, 422, 'invalid-request');
    expect(JSON.stringify(answer.body)).toContain(`"${pointer}"`);
  });

  it('says of a group that is not there that it is not there', async () => {
    await createPhone(ANA);
    for (const group of ['120363999999999999', '120363999999999999@g.us', 'friends']) {
      expectProblem(await client.get(`/v1/sandbox/phones/${ANA}/groups/${group}`), 404, 'sandbox.group-not-found');
    }
    expectProblem(await client.post(`/v1/sandbox/phones/${ANA}/messages`, { to: '120363999999999999@g.us', text: 'x' }), 404, 'sandbox.group-not-found');
    expectProblem(await client.post(`/v1/sandbox/phones/${ANA}/groups`, { subject: 'Friends', members: [BOB] }), 404, 'sandbox.phone-not-found');
  });

  it('shows one tenant nothing of another', async () => {
    await createPhone(ANA, 'Ana');
    const other = (await ground.tenant('Other')).client;
    expectProblem(await other.get(`/v1/sandbox/phones/${ANA}/messages`), 404, 'sandbox.phone-not-found');
    expect((await other.post<PhoneDto>('/v1/sandbox/phones', { phoneNumber: ANA, name: 'Somebody else' })).status).toBe(201);
  });

  it('takes test keys only, and only with the scope', async () => {
    const live = await ground.client(acme.id, 'live');
    const reader = await ground.client(acme.id, 'test', ['messages:read']);
    for (const path of [`/v1/sandbox/phones/${ANA}/unlink`, '/v1/sandbox/faults', '/v1/sandbox/phones', `/v1/sandbox/phones/${ANA}/messages`]) {
      expectProblem(await live.post(path, {}), 403, 'sandbox.test-key-required');
      expectProblem(await reader.post(path, {}), 403, 'forbidden');
    }
  });
});
