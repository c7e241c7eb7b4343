import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Module, Post } from '@nestjs/common';
import { ActsOutside, OperatorOnly, Scopes } from '#libs/platform';
import { type Answer, expectProblem, TestGround, type TestTenant } from '#libs/testing';
import { InstanceNotFound } from '../instances/instance.errors.js';
import { ReplyPruning } from './reply-pruning.js';

/** Effects that no transaction can undo, as a message is one. */
@Controller('outside')
class OutsideController {
  readonly effects: string[] = [];
  outcome: () => Promise<object> = () => Promise.resolve({ done: true });

  @Post('act')
  @ActsOutside()
  @Scopes('instances:write')
  async act(): Promise<object> {
    this.effects.push('act');
    return this.outcome();
  }

  @Post('careless')
  @Scopes('instances:write')
  careless(): object {
    return {};
  }

  @Post('operate')
  @ActsOutside()
  @OperatorOnly()
  operate(): object {
    this.effects.push('operate');
    return { done: true };
  }
}

@Module({})
class OutsideModule {}

describe('a request with an Idempotency-Key', () => {
  let ground: TestGround;
  let acme: TestTenant;
  let outside: OutsideController;
  let n = 0;
  const newKey = () => `key-${++n}`;

  beforeAll(async () => {
    ground = await TestGround.start({ imports: [{ module: OutsideModule, controllers: [OutsideController] }] });
    acme = await ground.tenant();
    outside = ground.get(OutsideController);
  });
  beforeEach(() => {
    outside.effects.length = 0;
    outside.outcome = () => Promise.resolve({ done: true });
  });
  afterAll(() => ground.close());

  const send = <T = Record<string, unknown>>(key: string, path: string, body: object = {}, client = acme.client, method = 'POST') =>
    client.send<T>(method, path, body, { 'idempotency-key': key });
  const create = (key: string, name: string, client = acme.client) => send<{ id: string }>(key, '/v1/instances', { name }, client);
  const instances = async (name: string) => ground.superuser.look('SELECT 1 FROM instances WHERE name = $1', name);
  const replayed = ({ headers }: Answer<unknown>) => headers.get('idempotency-replayed');

  it('is carried out once and answered alike each time, tag and all', async () => {
    const key = newKey();
    const first = await send<{ id: string }>(key, '/v1/instances', { name: 'once', labels: { a: '1', b: '2' } });
    const again = await send(key, '/v1/instances', { labels: { b: '2', a: '1' }, name: 'once' });
    expect([first.status, replayed(first)]).toEqual([201, null]);
    expect([again.status, replayed(again)]).toEqual([201, 'true']);
    expect(again.body).toEqual(first.body);
    expect(await instances('once')).toHaveLength(1);

    const patchKey = newKey();
    const path = `/v1/instances/${first.body.id}`;
    const patched = await send(patchKey, path, { name: 'twice' }, acme.client, 'PATCH');
    await acme.client.patch(path, { name: 'thrice' });
    const repeated = await send(patchKey, path, { name: 'twice' }, acme.client, 'PATCH');
    expect([repeated.body, repeated.headers.get('etag')]).toEqual([patched.body, '"2"']);
    expect((await acme.client.get(path)).body).toMatchObject({ name: 'thrice', version: 3 });
  });

  it('with an answer that has no body is carried out once, too', async () => {
    const { body } = await acme.client.post<{ id: string }>('/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'] });
    const key = newKey();
    const revoke = () => acme.client.send('DELETE', `/v1/api-keys/${body.id}`, undefined, { 'idempotency-key': key });
    expect([(await revoke()).status, (await revoke()).status]).toEqual([204, 204]);
    expectProblem(await acme.client.delete(`/v1/api-keys/${body.id}`), 404, 'api-key-not-found');
  });

  it('that comes with another body or path is refused, and changes nothing', async () => {
    const key = newKey();
    const { body } = await create(key, 'original');
    expectProblem(await create(key, 'other'), 422, 'idempotency-key-reused');
    expectProblem(await send(key, `/v1/instances/${body.id}/start`), 422, 'idempotency-key-reused');
    expect(await instances('other')).toEqual([]);
  });

  it('that failed was not carried out: the key is free for another try', async () => {
    const key = newKey();
    const { body } = await acme.client.post<{ id: string }>('/v1/instances', { name: 'in the way' });
    expectProblem(await create(key, 'In The Way'), 409, 'name-taken');
    await acme.client.patch(`/v1/instances/${body.id}`, { name: 'out of the way' });
    expect((await create(key, 'In The Way')).status).toBe(201);
  });

  it('has one effect and one answer, however many come at once', async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 12 }, () => create(key, 'stampede')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect(await instances('stampede')).toHaveLength(1);
  });

  it('is of the API key that sent it: the same one from another key is another request', async () => {
    const key = newKey();
    const sibling = await ground.client(acme.id, 'test');
    const stranger = (await ground.tenant('Globex')).client;
    const first = await create(key, 'mine');
    expectProblem(await create(key, 'mine', sibling), 409, 'name-taken');
    const theirs = await create(key, 'mine', stranger);
    expect([theirs.status, replayed(theirs)]).toEqual([201, null]);
    expect(theirs.body.id).not.toBe(first.body.id);
    const operators = await send<{ id: string }>(key, '/v1/tenants', { name: 'Initech' }, ground.operator);
    expect((await send<{ id: string }>(key, '/v1/tenants', { name: 'Initech' }, ground.operator)).body).toEqual(operators.body);
  });

  it('repeats a new key for ten minutes, and afterwards says what was made', async () => {
    const key = newKey();
    const make = () => send<{ id: string; key: string; reply: object }>(key, '/v1/api-keys', { name: 'secret', environment: 'test', scopes: ['*'] });
    const { body: made } = await make();
    expect((await make()).body).toEqual(made);
    await ground.superuser.look(`UPDATE idempotent_requests SET created_at = created_at - interval '10 minutes'`);
    const late = await make();
    expectProblem(late, 410, 'idempotency-reply-expired');
    const { key: _key, ...rest } = made;
    expect(late.body.reply).toEqual(rest);
    await ground.get(ReplyPruning).prune();
    expect(await ground.superuser.look('SELECT 1 FROM idempotent_requests WHERE secrets IS NOT NULL')).toEqual([]);
    expectProblem(await make(), 410, 'idempotency-reply-expired');
  });

  it('is forgotten after a day', async () => {
    const key = newKey();
    await create(key, 'yesterday');
    await ground.superuser.look(`UPDATE idempotent_requests SET created_at = created_at - interval '1 day'`);
    await ground.get(ReplyPruning).prune();
    expect(await ground.superuser.look('SELECT 1 FROM idempotent_requests')).toEqual([]);
    expectProblem(await create(key, 'yesterday'), 409, 'name-taken');
  });

  it('leaves nothing readable behind', async () => {
    const key = newKey();
    await create(key, 'a name nobody may read');
    const { body } = await send<{ key: string }>(newKey(), '/v1/api-keys', { name: 'k', environment: 'test', scopes: ['*'] });
    const rows = await ground.superuser.look<{ row: string }>('SELECT r::text AS row FROM idempotent_requests r');
    expect(rows.length).toBeGreaterThan(1);
    for (const secret of ['a name nobody may read', key, body.key, body.key.slice(20)]) {
      for (const form of [secret, Buffer.from(secret).toString('hex')]) expect(rows.filter(({ row }) => row.includes(form))).toEqual([]);
    }
  });

  it.each(['', ' ', 'a b', 'ä', 'x'.repeat(256), 'tab\there'])('%j is refused and named', async (key) => {
    const answer = await acme.client.send<{ errors: object[] }>('POST', '/v1/instances', { name: 'bad key' }, { 'idempotency-key': key }).catch(() => null);
    if (answer === null) return; // the client itself refuses to send it
    expectProblem(answer, 422, 'invalid-request');
    expect(answer.body.errors).toEqual([{ pointer: '/idempotency-key', detail: expect.any(String) }]);
    expect(await instances('bad key')).toEqual([]);
  });

  it('means nothing to who only reads', async () => {
    expect((await acme.client.get('/v1/instances', { 'idempotency-key': 'a b' })).status).toBe(200);
  });

  describe('whose effect lies outside the database', () => {
    it('has it once, also when several come at once', async () => {
      const key = newKey();
      outside.outcome = () => sleep(100, { done: 'slowly' });
      const answers = await Promise.all(Array.from({ length: 5 }, () => send(key, '/outside/act')));
      expect(outside.effects).toEqual(['act']);
      const [done, ...waiting] = [...answers].sort((a, b) => a.status - b.status);
      expect(done).toMatchObject({ status: 201, body: { done: 'slowly' } });
      for (const answer of waiting) expectProblem(answer, 409, 'idempotency-in-progress');
      expect(waiting[0]!.headers.get('retry-after')).toBe('1');
      expect((await send(key, '/outside/act')).body).toEqual({ done: 'slowly' });
      expect(outside.effects).toEqual(['act']);
    });

    it('and that was refused before it had one may be tried again', async () => {
      const key = newKey();
      outside.outcome = () => Promise.reject(new InstanceNotFound());
      expectProblem(await send(key, '/outside/act'), 404, 'instance-not-found');
      outside.outcome = () => Promise.resolve({ done: true });
      expect((await send(key, '/outside/act')).body).toEqual({ done: true });
    });

    it('and failed nobody knows when is never had a second time', async () => {
      const key = newKey();
      outside.outcome = () => Promise.reject(new Error('on purpose'));
      expectProblem(await send(key, '/outside/act'), 500, 'internal');
      expectProblem(await send(key, '/outside/act'), 409, 'idempotency-in-progress');
      await ground.superuser.look(`UPDATE idempotent_requests SET created_at = created_at - interval '3 minutes'`);
      expectProblem(await send(key, '/outside/act'), 409, 'idempotency-outcome-unknown');
      expect(outside.effects).toEqual(['act']);
    });

    it('is kept for operators, too', async () => {
      const key = newKey();
      for (let times = 0; times < 2; times++) expect((await send(key, '/outside/operate', {}, ground.operator)).body).toEqual({ done: true });
      expect(outside.effects).toEqual(['operate']);
    });
  });

  it('of an operation that keeps no reply fails where everybody sees it', async () => {
    expect((await acme.client.post('/outside/careless')).status).toBe(201);
    expectProblem(await send(newKey(), '/outside/careless'), 500, 'internal');
  });

  it('whose reply was sealed with a master key that is gone says so, and is not carried out again', async () => {
    const key = newKey();
    await create(key, 'sealed');
    await ground.superuser.look(`UPDATE idempotent_requests SET reply = set_byte(reply, 30, get_byte(reply, 30) # 1)`);
    expectProblem(await create(key, 'sealed'), 409, 'idempotency-reply-unreadable');
    expect(await instances('sealed')).toHaveLength(1);
  });

  it('shows a stored reply to its API key only, by row-level security and not only by the query', async () => {
    await create(newKey(), 'walled');
    const own = (await acme.client.get<{ keyId: 'key_x' }>('/v1/me')).body.keyId;
    const count = async (id: 'key_x') => {
      const [row] = await ground.database.forPrincipal(id, (tx) => tx.query<{ n: number }[]>`SELECT count(*)::int AS n FROM idempotent_requests`);
      return row!.n;
    };
    expect(await count(own)).toBeGreaterThan(0);
    expect(await count('key_01h455vb4pex5vsknk084sn02q' as 'key_x')).toBe(0);
  });
});
