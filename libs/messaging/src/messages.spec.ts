import { randomBytes } from 'node:crypto';
import type { DynamicModule } from '@nestjs/common';
import { type InstanceId, MessageArchive, type SeenMessage, Sessions, uuidOf } from '#libs/contracts';
import { type DataKey, InstanceKeys, lockInstance } from '#libs/platform';
import { expectProblem, TestGround, type TestTenant, until } from '#libs/testing';
import type { MessagePageDto } from './message.dto.js';
import { MessagingModule } from './messaging.module.js';

const TEXT = 'O pão de queijo chegou à meia-noite';
const NUMBER = '5511987654321';
const CHAT = `${NUMBER}@s.whatsapp.net`;

/** Nobody is connected here: what is sent belongs to the stories. */
class NoSessions extends Sessions {
  override logOutWhenStopped(): Promise<boolean> {
    return Promise.resolve(false);
  }

  sendText(): Promise<never> {
    return Promise.reject(new Error('nothing is sent in these tests'));
  }
}

function messaging(): DynamicModule {
  const module = MessagingModule.forRoot({ api: true, worker: true });
  return { ...module, providers: [...(module.providers ?? []), { provide: Sessions, useClass: NoSessions }] };
}

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 10, minute));
const seen = (n: number, rest: Partial<SeenMessage> = {}): SeenMessage => ({
  whatsappId: `3EB0${n}`,
  chat: CHAT,
  participant: null,
  fromMe: false,
  timestamp: at(n),
  text: `${TEXT} ${n}`,
  kind: 'conversation',
  original: Buffer.from(`original of ${TEXT} ${n} to ${NUMBER}`),
  ...rest,
});

describe('messages', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let archive: MessageArchive;

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [messaging()] });
    acme = await ground.tenant();
    archive = ground.get(MessageArchive);
  });
  afterAll(() => ground.close());

  const newInstance = async (name: string, { client } = acme): Promise<InstanceId> => (await client.post<{ id: InstanceId }>('/v1/instances', { name })).body.id;
  const list = async (instanceId: InstanceId, query = ''): Promise<MessagePageDto> => {
    const answer = await acme.client.get<MessagePageDto>(`/v1/instances/${instanceId}/messages?${query}`);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body;
  };
  const rows = async (instanceId: InstanceId) => (await ground.superuser.look('SELECT 1 FROM messages WHERE instance_id = $1', uuidOf(instanceId))).length;

  it('are kept once, however often they are handed over', async () => {
    const instanceId = await newInstance('once');
    const batch = [seen(1), seen(2), seen(1), seen(2, { fromMe: true }), seen(2, { chat: '5511000000000@s.whatsapp.net' })];
    await Promise.all([archive.keep(acme.id, instanceId, batch), archive.keep(acme.id, instanceId, batch.slice(0, 2))]);
    await archive.keep(acme.id, instanceId, [...batch].reverse());
    expect(await rows(instanceId)).toBe(4);
    await archive.keep(acme.id, instanceId, [seen(1, { text: 'changed' })]);
    expect((await list(instanceId)).data.at(-1)!.text).toBe(`${TEXT} 1`);
  });

  it('are kept in one batch, all or none', async () => {
    const instanceId = await newInstance('batch');
    await archive.keep(acme.id, instanceId, Array.from({ length: 500 }, (_, n) => seen(n)));
    expect(await rows(instanceId)).toBe(500);
    const broken = archive.keep(acme.id, instanceId, [seen(900), seen(901, { kind: 'a\0b' })]);
    await expect(broken).rejects.toThrow();
    expect(await rows(instanceId)).toBe(500);
    await archive.keep(acme.id, instanceId, []);
  });

  it('are kept although one of them has an id that cannot be', async () => {
    const instanceId = await newInstance('odd ids');
    const odd = ['', 'a\0b', randomBytes(4000).toString('hex')].map((whatsappId) => seen(1, { whatsappId }));
    await archive.keep(acme.id, instanceId, [...odd, seen(2)]);
    expect((await list(instanceId)).data.map(({ whatsappId }) => whatsappId)).toEqual(['3EB02']);
    await archive.keep(acme.id, instanceId, odd);
  });

  it('are listed newest first, in pages, as what they are', async () => {
    const instanceId = await newInstance('listed');
    const group = seen(4, { chat: '12036304@g.us', participant: '5511222223333@s.whatsapp.net', kind: 'imageMessage', text: null });
    await archive.keep(acme.id, instanceId, [seen(3), seen(1), group, seen(2, { fromMe: true }), seen(5, { timestamp: at(4) })]);
    const first = await list(instanceId, 'limit=2');
    const second = await list(instanceId, `limit=2&cursor=${first.nextCursor}`);
    const third = await list(instanceId, `limit=2&cursor=${second.nextCursor}`);
    expect(third.nextCursor).toBeNull();
    const all = [...first.data, ...second.data, ...third.data];
    expect(all).toEqual((await list(instanceId)).data);
    expect(all.map(({ timestamp }) => timestamp)).toEqual([4, 4, 3, 2, 1].map((minute) => at(minute).toISOString()));
    expect(all.find(({ whatsappId }) => whatsappId === '3EB04')).toMatchObject({
      instanceId,
      chat: '12036304@g.us',
      participant: '5511222223333@s.whatsapp.net',
      direction: 'in',
      type: 'image',
      text: null,
      status: 'received',
      error: null,
    });
    expect(all.find(({ whatsappId }) => whatsappId === '3EB02')).toMatchObject({ direction: 'out', type: 'text', text: `${TEXT} 2`, status: 'sent', chat: CHAT });
  });

  it('give back the original of our own, byte for byte, for a recipient who asks again', async () => {
    const instanceId = await newInstance('originals');
    const original = randomBytes(2000);
    await archive.keep(acme.id, instanceId, [seen(1, { fromMe: true, original }), seen(2)]);
    const found = await archive.original(acme.id, instanceId, CHAT, '3EB01');
    expect(Buffer.from(found!).equals(original)).toBe(true);
    expect(await archive.original(acme.id, instanceId, CHAT, '3EB02')).toBeNull();
    expect(await archive.original(acme.id, instanceId, '5511000000000@s.whatsapp.net', '3EB01')).toBeNull();
  });

  it('are nowhere in the database to be read: no text, no number, no chat, in any form', async () => {
    const instanceId = await newInstance('sealed');
    await archive.keep(acme.id, instanceId, [seen(1), seen(2, { participant: CHAT })]);
    const tables = await ground.superuser.look<{ name: string }>(`
      SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`);
    const needles = [TEXT, NUMBER, CHAT].map((text) => Buffer.from(text));
    const forms = needles.flatMap((bytes) => [bytes.toString(), bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '').slice(0, -1), bytes.toString('base64url')]);
    let searched = 0;
    for (const { name } of tables) {
      // the text form of a row has its bytea in hexadecimal
      for (const { row } of await ground.superuser.look<{ row: string }>(`SELECT t::text AS row FROM ${name} t`)) {
        searched++;
        for (const form of forms) expect([name, row.includes(form)]).toEqual([name, false]);
      }
    }
    expect(searched).toBeGreaterThan(10);
    expect((await list(instanceId)).data).toHaveLength(2);
  });

  /** As a session has it that runs in this process. */
  const inHands = (instanceId: InstanceId): Promise<DataKey> =>
    ground.database.forTenant(acme.id, async (tx) => {
      const key = await ground.get(InstanceKeys).of(tx, instanceId);
      ground.get(InstanceKeys).hold(instanceId, key);
      return key;
    });

  it('of a session that runs are kept the same way, with the key that it has', async () => {
    const instanceId = await newInstance('running');
    const key = await inHands(instanceId);
    await Promise.all([archive.keep(acme.id, instanceId, [seen(1), seen(2)]), archive.keep(acme.id, instanceId, [seen(2), seen(3)])]);
    expect((await list(instanceId)).data.map(({ text }) => text)).toEqual([3, 2, 1].map((n) => `${TEXT} ${n}`));
    expect(ground.get(InstanceKeys).held(instanceId)).toBe(key);
    await expect(archive.keep((await ground.tenant()).id, instanceId, [seen(9)])).rejects.toThrow('data key');
  });

  it('that come during a purge wait for it and are not kept, whoever has the key', async () => {
    const instanceId = await newInstance('purged');
    const key = await inHands(instanceId);
    const sealedBefore = key.seal('x', Buffer.from('x'));
    let keeping: Promise<void> | undefined;
    await ground.database.forTenant(acme.id, async (tx) => {
      await lockInstance(tx, instanceId);
      keeping = archive.keep(acme.id, instanceId, [seen(1)]);
      keeping.catch(() => undefined);
      await until('it waits', async () => (await ground.superuser.look(`SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INSERT INTO messages%'`)).length > 0);
      await tx.execute`DELETE FROM instance_payload WHERE tenant_id = ${uuidOf(acme.id)}::uuid AND instance_id = ${uuidOf(instanceId)}::uuid`;
    });
    await expect(keeping).rejects.toThrow('data key');
    expect(await rows(instanceId)).toBe(0);
    expect(key.open('x', sealedBefore).toString()).toBe('x');
  });

  it('cannot be read once the key of the instance is gone', async () => {
    const instanceId = await newInstance('erased');
    await archive.keep(acme.id, instanceId, [seen(1)]);
    expect((await list(instanceId)).data).toHaveLength(1);
    await ground.superuser.look('DELETE FROM instance_payload WHERE instance_id = $1', uuidOf(instanceId));
    expect(await list(instanceId)).toEqual({ data: [], nextCursor: null });
    await expect(archive.keep(acme.id, instanceId, [seen(2)])).rejects.toThrow('data key');
  });

  it('of another environment, tenant or nobody are not found', async () => {
    const instanceId = await newInstance('private');
    await archive.keep(acme.id, instanceId, [seen(1)]);
    const stranger = await ground.tenant();
    for (const client of [stranger.client, await ground.client(acme.id, 'live')]) {
      expectProblem(await client.get(`/v1/instances/${instanceId}/messages`), 404, 'instance-not-found');
      expectProblem(await client.post(`/v1/instances/${instanceId}/messages`, { to: NUMBER, type: 'text', text: 'hi' }), 404, 'instance-not-found');
    }
    await expect(archive.keep(stranger.id, instanceId, [seen(9)])).rejects.toThrow('data key');
    const reader = await ground.client(acme.id, 'test', ['instances:read']);
    expectProblem(await reader.get(`/v1/instances/${instanceId}/messages`), 403, 'forbidden');
  });

  const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString('base64url');
  it.each([
    ['no date', ['x', 'msg_01h455vb4pex5vsknk084sn02q']],
    ['a date before all dates', ['-271821-04-20T00:00:00.000Z', 'msg_01h455vb4pex5vsknk084sn02q']],
    ['a date after all dates', ['+275760-09-13T00:00:00.000Z', 'msg_01h455vb4pex5vsknk084sn02q']],
    ['the year 0', ['0000-01-01T00:00:00.000Z', 'msg_01h455vb4pex5vsknk084sn02q']],
    ['30 February', ['2026-02-30T00:00:00.000Z', 'msg_01h455vb4pex5vsknk084sn02q']],
    ['the id of an instance', ['2026-11-23T10:00:00.000Z', 'ins_01h455vb4pex5vsknk084sn02q']],
    ['one part', ['2026-11-23T10:00:00.000Z']],
  ])('are not listed from a cursor with %s', async (_what, key) => {
    const instanceId = await newInstance(`cursor ${_what}`);
    expectProblem(await acme.client.get(`/v1/instances/${instanceId}/messages?cursor=${cursor(key)}`), 422, 'invalid-request');
  });

  it.each([
    ['no recipient', { type: 'text', text: 'hi' }],
    ['a recipient that is no number', { to: 'Ana', type: 'text', text: 'hi' }],
    ['an empty text', { to: NUMBER, type: 'text', text: '' }],
    ['a text that is null', { to: NUMBER, type: 'text', text: null }],
    ['a type that is not there yet', { to: NUMBER, type: 'image', text: 'hi' }],
  ])('are not sent with %s', async (what, body) => {
    const instanceId = await newInstance(`unsent ${what}`);
    expectProblem(await acme.client.post(`/v1/instances/${instanceId}/messages`, body), 422, 'invalid-request');
    expect(await rows(instanceId)).toBe(0);
  });
});
