import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:https';
import { type AnyMessageContent, downloadMediaMessage } from '@whiskeysockets/baileys';
import { createTestDatabase, type TestDatabase, until } from '#libs/testing';
import { MediaGone, MessageNotFound, UploadNotFound } from './media.errors.js';
import { sha256 } from './protocol/media-cipher.js';
import { selfSignedCertificate } from './protocol/self-signed-certificate.js';
import { pairedClient } from './testing/pair.js';
import { silenceConsole } from './testing/silence-console.js';
import { fetchOptions, TestClient } from './testing/test-client.js';
import { TestSandbox } from './testing/test-sandbox.js';

silenceConsole();

const [ANA, BOB, EVE] = ['5511999990001', '5511999990002', '5511999990003'] as const;
const MEGABYTE = 1024 * 1024;
const file = (bytes: number) => randomBytes(bytes);
/** So that none is made. */
const THUMBNAIL = { jpegThumbnail: '' };

describe('files', () => {
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

  const shown = (number: string, id: string) =>
    until(`${id} on the screen of ${number}`, async () => (await sandbox.screenOf(tenantId, number)).find((message) => message.id === id));
  const downloaded = async (client: TestClient, id: string) => {
    const message = await client.seen(`message ${id}`, () => client.received.find(({ key }) => key.id === id));
    const { mediaCertificate } = await sandbox.serverOf(tenantId);
    return downloadMediaMessage(message, 'buffer', { options: fetchOptions(mediaCertificate) });
  };

  it.each<[string, (bytes: Buffer) => AnyMessageContent, object]>([
    ['image', (image) => ({ image, caption: 'look', ...THUMBNAIL }), { kind: 'imageMessage', text: 'look', media: { type: 'image', mimetype: 'image/jpeg' } }],
    ['document', (document) => ({ document, mimetype: 'application/pdf', fileName: 'invoice.pdf' }), { media: { type: 'document', mimetype: 'application/pdf', fileName: 'invoice.pdf' } }],
    ['audio', (audio) => ({ audio, ptt: true, seconds: 1, waveform: new Uint8Array(64) }), { kind: 'audioMessage', media: { type: 'audio', fileName: null } }],
    ['video', (video) => ({ video, ...THUMBNAIL }), { kind: 'videoMessage', media: { type: 'video', mimetype: 'video/mp4' } }],
    ['sticker', (sticker) => ({ sticker }), { kind: 'stickerMessage', media: { type: 'sticker', mimetype: 'image/webp' } }],
  ])('from an instance arrive as they were, on a phone and at another instance: %s', async (_type, content, facts) => {
    const bytes = file(70_001);
    const { key } = await ana.send(EVE, content(bytes));
    expect(await shown(EVE, key.id!)).toMatchObject({ ...facts, media: { bytes: bytes.length } });
    expect((await sandbox.media.read(tenantId, EVE, key.id!)).content.equals(bytes)).toBe(true);
    const again = await ana.send(BOB, content(bytes));
    expect((await downloaded(bob, again.key.id!)).equals(bytes)).toBe(true);
  });

  it.each([
    [{ type: 'image' as const, caption: 'look' }, { imageMessage: { caption: 'look', mimetype: 'image/jpeg' } }],
    [{ type: 'document' as const, fileName: 'a.txt', mimetype: 'text/plain' }, { documentMessage: { fileName: 'a.txt', mimetype: 'text/plain' } }],
    [{ type: 'audio' as const, voice: true }, { audioMessage: { ptt: true } }],
    [{ type: 'video' as const }, { videoMessage: { mimetype: 'video/mp4' } }],
    [{ type: 'sticker' as const }, { stickerMessage: { mimetype: 'image/webp' } }],
  ])('from a phone arrive as they were: %j', async (media, message) => {
    const bytes = file(70_001);
    const sent = await sandbox.messages.send(tenantId, EVE, { to: ANA, media: { ...media, content: bytes.toString('base64') } });
    expect((await downloaded(ana, sent.id)).equals(bytes)).toBe(true);
    expect(ana.received.find(({ key }) => key.id === sent.id)?.message).toMatchObject(message);
    expect((await sandbox.media.read(tenantId, EVE, sent.id)).content.equals(bytes)).toBe(true);
  });

  it('of 16 MB arrive from an instance, and larger ones are refused', async () => {
    const bytes = file(16 * MEGABYTE);
    const { key } = await ana.send(EVE, { document: bytes, mimetype: 'application/zip' });
    await shown(EVE, key.id!);
    expect((await sandbox.media.read(tenantId, EVE, key.id!)).content.equals(bytes)).toBe(true);
    await expect(ana.send(EVE, { document: file(17 * MEGABYTE), mimetype: 'application/zip' })).rejects.toThrow('Media upload failed on all hosts');
  });

  it('of 16 MB arrive from a phone, and larger ones are refused', async () => {
    const bytes = file(16 * MEGABYTE);
    const upload = await sandbox.media.prepareUpload(tenantId, EVE);
    expect(await put(upload.url, bytes)).toMatchObject({ status: 200, body: { id: upload.id, bytes: bytes.length } });
    const sent = await sandbox.messages.send(tenantId, EVE, { to: ANA, media: { type: 'document', upload: upload.id } });
    expect((await downloaded(ana, sent.id)).equals(bytes)).toBe(true);
    expect(await put(upload.url, file(17 * MEGABYTE))).toMatchObject({ status: 413 });
  });

  it('answer messages and go to groups', async () => {
    const group = `${(await sandbox.groups.create(tenantId, EVE, { subject: 'Friends', members: [ANA, BOB] })).id}@g.us`;
    const first = await sandbox.messages.send(tenantId, EVE, { to: group, text: 'send me that' });
    await bob.message('send me that');
    const bytes = file(1_000);
    const sent = await sandbox.messages.send(tenantId, EVE, { to: group, quotes: first.id, media: { type: 'image', content: bytes.toString('base64') } });
    expect((await downloaded(bob, sent.id)).equals(bytes)).toBe(true);
    expect(bob.received.find(({ key }) => key.id === sent.id)?.message?.imageMessage?.contextInfo?.stanzaId).toBe(first.id);
  });

  it('are there after the process ended, under the same certificate', async () => {
    const bytes = file(1_000);
    const { key } = await ana.send(EVE, { document: bytes, mimetype: 'text/plain' });
    await shown(EVE, key.id!);
    const before = await sandbox.serverOf(tenantId);
    await sandbox.stop();
    sandbox = await TestSandbox.start(database);
    expect((await sandbox.serverOf(tenantId)).mediaCertificate).toBe(before.mediaCertificate);
    expect((await sandbox.media.read(tenantId, EVE, key.id!)).content.equals(bytes)).toBe(true);
    ana = await new TestClient(await sandbox.serverOf(tenantId), ana.memory).open();
    bob = await new TestClient(await sandbox.serverOf(tenantId), bob.memory).open();
    const again = await ana.send(BOB, { document: bytes, mimetype: 'text/plain' });
    expect((await downloaded(bob, again.key.id!)).equals(bytes)).toBe(true);
  });

  it('are sent and read only by who trusts the sandbox’s certificate', async () => {
    const { certificate } = selfSignedCertificate('127.0.0.1');
    const stranger = await pairedClient(sandbox, tenantId, '5511999990005', { fetchAgent: new Agent({ ca: certificate }) });
    await expect(stranger.send(EVE, { document: file(10), mimetype: 'text/plain' })).rejects.toThrow('Media upload failed on all hosts');
    stranger.end();
    const { url } = await sandbox.media.prepareUpload(tenantId, EVE);
    await expect(put(url, file(10), certificate)).rejects.toThrow('self-signed certificate');
  });

  it('are of one tenant, and nobody finds them who was not told', async () => {
    const sent = await sandbox.messages.send(tenantId, EVE, { to: ANA, media: { type: 'image', content: file(10).toString('base64') } });
    const { url } = (await ana.seen('the image', () => ana.received.find(({ key }) => key.id === sent.id))).message!.imageMessage!;
    const other = sandbox.tenant();
    await sandbox.phones.create(other, EVE, 'Eve');
    await expect(sandbox.media.read(other, EVE, sent.id)).rejects.toBeInstanceOf(MessageNotFound);
    const upload = await sandbox.media.prepareUpload(tenantId, EVE);
    await put(upload.url, file(10));
    await expect(sandbox.messages.send(other, EVE, { to: EVE, media: { type: 'image', upload: upload.id } })).rejects.toBeInstanceOf(UploadNotFound);
    for (const [path, status] of [
      [url!, 200],
      [url!.replace(/oh=.*/, 'oh=x'), 404],
      [url!.replace(/\?.*/, ''), 404],
      [url!.replace('/v/', '/to-phone/'), 404],
      [url!.replace(tenantId, other), 404],
    ] as const) {
      expect([path, (await fetch(path, fetchOptions(sandbox.media.describe().certificate))).status]).toEqual([path, status]);
    }
  });

  it('are taken from devices only, and only what they announce', async () => {
    const { host, certificate } = sandbox.media.describe();
    const bytes = file(10);
    const name = sha256(bytes).toString('base64url');
    const auth = new URLSearchParams({ auth: (await ana.raw.refreshMediaConn(true)).auth }).toString();
    const post = async (path: string) => (await fetch(`https://${host}${path}`, { ...fetchOptions(certificate), method: 'POST', body: new Uint8Array(bytes) })).status;
    expect(await post(`/mms/image/${name}?${auth}`)).toBe(200);
    expect(await post(`/mms/image/${name}?auth=${tenantId}.x`)).toBe(401);
    expect(await post(`/mms/image/${sha256(file(10)).toString('base64url')}?${auth}`)).toBe(400);
    expect(await post(`/elsewhere/${name}?${auth}`)).toBe(404);
  });

  it('that are gone, and messages without one, are told apart', async () => {
    const sent = await sandbox.messages.send(tenantId, EVE, { to: ANA, media: { type: 'image', content: file(10).toString('base64') } });
    const text = await sandbox.messages.send(tenantId, EVE, { to: ANA, text: 'no file' });
    await expect(sandbox.media.read(tenantId, EVE, text.id)).rejects.toBeInstanceOf(MessageNotFound);
    await sandbox.loseMedia(tenantId);
    await expect(sandbox.media.read(tenantId, EVE, sent.id)).rejects.toBeInstanceOf(MediaGone);
  });

  function put(url: string, body: Buffer, ca = sandbox.media.describe().certificate): Promise<{ status: number; body: unknown }> {
    return new Promise((resolve, reject) => {
      const sending = request(url, { method: 'PUT', ca, agent: false, headers: { 'content-length': body.length } }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as unknown }));
      });
      sending.on('error', reject);
      sending.end(body);
    });
  }
});
