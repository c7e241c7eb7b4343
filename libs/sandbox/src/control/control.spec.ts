import { type ApiClient, expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import { SandboxDirectory } from '#libs/contracts';
import { SandboxModule } from '../sandbox.module.js';
import { SandboxSettings } from '../sandbox.settings.js';
import { silenceConsole } from '../testing/silence-console.js';
import { newMemory, TestClient } from '../testing/test-client.js';
import type { FaultDto, StandingFaultsDto } from './fault.dto.js';
import type { InviteDto, MemberOutcomesDto, SandboxGroupDto, SandboxGroupListDto } from './group.dto.js';
import type { SandboxMediaDto, UploadDto } from './media.dto.js';
import type { PhoneMessageDto, PhoneMessagePageDto } from './phone-message.dto.js';
import type { PictureDto, SandboxContactDto, SandboxProfileDto } from './profile.dto.js';
import type { SandboxSettingListDto } from './setting.dto.js';
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

  it('sends a file and gives out what a phone received', async () => {
    for (const number of [ANA, BOB]) await createPhone(number);
    const messages = `/v1/sandbox/phones/${ANA}/messages`;
    const media = { type: 'document', content: Buffer.from('some text').toString('base64'), mimetype: 'text/plain', fileName: 'a.txt' };
    const sent = await client.post<PhoneMessageDto>(messages, { to: BOB, media });
    expect(sent).toMatchObject({ status: 201, body: { kind: 'documentMessage', media: { type: 'document', mimetype: 'text/plain', fileName: 'a.txt', bytes: 9 } } });
    await until('Bob to have it', async () => (await screenOf(BOB)).data.length === 1);
    const read = await client.get<string>(`/v1/sandbox/phones/${BOB}/messages/${sent.body.id}/media`);
    expect([read.status, read.body, read.headers.get('content-type'), read.headers.get('content-disposition')]).toEqual([200, 'some text', 'text/plain', 'attachment']);
    expectProblem(await client.get(`${messages}/NONE/media`), 404, 'sandbox.message-without-media');
    expectProblem(await client.get(`${messages}/%00/media`), 404, 'sandbox.message-without-media');
    expectProblem(await client.post(messages, { to: BOB, media: { type: 'image', upload: 'A'.repeat(22) } }), 422, 'sandbox.upload-not-found');
    const server = (await client.get<SandboxMediaDto>('/v1/sandbox/media')).body;
    expect(server).toMatchObject({ host: expect.stringMatching(/^127\.0\.0\.1:\d+$/), certificate: expect.stringContaining('BEGIN CERTIFICATE') });
    expect((await client.post<UploadDto>(`/v1/sandbox/phones/${ANA}/uploads`)).body.url).toContain(`https://${server.host}/to-phone/`);
  });

  it.each<[string, object, string]>([
    ['no file', { type: 'image' }, '/media/content'],
    ['two files', { type: 'image', content: 'AAAA', upload: 'A'.repeat(22) }, '/media/content'],
    ['a file that is not base64', { type: 'image', content: 'hello!' }, '/media/content'],
    ['an unknown type', { type: 'hologram', content: 'AAAA' }, '/media/type'],
  ])('refuses media with %s, naming the field', async (_what, media, pointer) => {
    await createPhone(ANA);
    const answer = await client.post(`/v1/sandbox/phones/${ANA}/messages`, { to: ANA, media });
    expectProblem(answer, 422, 'invalid-request');
    expect(JSON.stringify(answer.body)).toContain(`"${pointer}"`);
  });

  it('changes what a phone says of itself, and shows it to others', async () => {
    for (const number of [ANA, BOB]) await createPhone(number);
    const profile = `/v1/sandbox/phones/${ANA}/profile`;
    const changed = await client.patch<SandboxProfileDto>(profile, { name: 'Ana Maria', about: 'At work', privacy: { last: 'none' }, blocked: [BOB] });
    expect(changed).toMatchObject({ status: 200, body: { name: 'Ana Maria', about: 'At work', picture: null, privacy: { last: 'none', online: 'all' }, blocked: [BOB] } });
    expect((await client.get<SandboxProfileDto>(profile)).body).toEqual(changed.body);
    expect((await client.put<PictureDto>(`${profile}/picture`, { image: '/9j/4AAQSkZJRg==' })).body.url).toContain('/pps/');
    expect((await client.get<SandboxContactDto>(`/v1/sandbox/phones/${BOB}/contacts/${ANA}`)).body).toMatchObject({ name: 'Ana Maria', about: null, picture: null, online: false });
    await client.patch(profile, { blocked: [] });
    expect((await client.get<SandboxContactDto>(`/v1/sandbox/phones/${BOB}/contacts/${ANA}`)).body).toMatchObject({ about: 'At work', picture: expect.stringContaining('/pps/') });
    expect((await client.delete(`${profile}/picture`)).status).toBe(204);
    expect((await client.post(`/v1/sandbox/phones/${ANA}/presence`, { state: 'composing', to: BOB })).status).toBe(204);
    expect((await client.get<SandboxContactDto>(`/v1/sandbox/phones/${BOB}/contacts/${ANA}`)).body).toMatchObject({ typing: 'composing' });
    expectProblem(await client.get(`/v1/sandbox/phones/${BOB}/contacts/5511999990009`), 404, 'sandbox.phone-not-found');
    expectProblem(await client.patch(profile, { blocked: ['5511999990009'] }), 404, 'sandbox.phone-not-found');
  });

  it.each<[string, string, object, string]>([
    ['a privacy that there is not', 'profile', { privacy: { last: 'friends' } }, '/privacy/last'],
    ['somebody to block who is no number', 'profile', { blocked: ['Bob'] }, '/blocked'],
    ['nowhere to type', 'presence', { state: 'composing' }, '/to'],
    ['a picture that is none', 'profile/picture', { image: '' }, '/image'],
    ['no setting', 'settings', { chat: '5511999990002' }, '/archive'],
    ['two settings', 'settings', { chat: '5511999990002', pin: true, archive: true }, '/pin'],
    ['no chat', 'settings', { pin: true }, '/chat'],
    ['a chat for a contact', 'settings', { chat: '5511999990002', contact: { phoneNumber: '5511999990002', name: 'Bob' } }, '/chat'],
  ])('refuses %s, naming the field', async (_what, path, request, pointer) => {
    await createPhone(ANA);
    const method = { profile: 'PATCH', 'profile/picture': 'PUT' }[path] ?? 'POST';
    const answer = await client.send(method, `/v1/sandbox/phones/${ANA}/${path}`, request);
    expectProblem(answer, 422, 'invalid-request');
    expect(JSON.stringify(answer.body)).toContain(`"${pointer}"`);
  });

  it('changes settings and lists them', async () => {
    for (const number of [ANA, BOB]) await createPhone(number);
    const settings = `/v1/sandbox/phones/${ANA}/settings`;
    expect((await client.post(settings, { chat: BOB, pin: true })).status).toBe(204);
    expect((await client.post(settings, { contact: { phoneNumber: BOB, name: 'Bob from work' } })).status).toBe(204);
    expect((await client.get<SandboxSettingListDto>(settings)).body.data).toMatchObject([
      { setting: 'contact', about: [`${BOB}@s.whatsapp.net`], value: { contactAction: { fullName: 'Bob from work' } } },
      { setting: 'pin_v1', about: [`${BOB}@s.whatsapp.net`], value: { pinAction: { pinned: true } } },
    ]);
    expectProblem(await client.post(settings, { chat: BOB, star: { message: 'NONE', starred: true } }), 422, 'sandbox.bad-message');
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
