import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, until } from '#libs/testing';
import { pairInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication } from '../setup/test-application.js';

const OWN = '5511999990001';
const FRIEND = '5511999990002';
const ROUNDS = 8;

/** A message whose key is used up cannot be delivered again: what a session has taken in is kept before it ends. */
describe('a deploy in the middle of a conversation', () => {
  let test: TestApplication;
  let tenantId = '';
  let id = '';
  let key = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    tenantId = (await test.tenant()).id;
    const made = await test.operator.post<{ key: string }>('/v1/api-keys', { tenantId, name: 'story', environment: 'test', scopes: ['*'] });
    key = made.body.key;
    await client().post('/v1/sandbox/phones', { phoneNumber: FRIEND, name: 'Ana' });
    id = await pairInstance(client(), 'shop', OWN);
  }, 30_000);
  afterAll(() => test.close());

  const client = () => new ApiClient(test.url, key);
  const texts = async () => (await client().get<{ data: { text: string }[] }>(`/v1/instances/${id}/messages?limit=200`)).body.data.map(({ text }) => text);

  it.each(Array.from({ length: ROUNDS }, (_, n) => n))('loses nothing that was on its way (%i)', async (n) => {
    await untilConnected(client(), id);
    const wanted = [`${n} a`, `${n} b`, `${n} c`];
    for (const text of wanted) await client().post(`/v1/sandbox/phones/${FRIEND}/messages`, { to: OWN, text });
    await sleep(n * 3);
    await test.restart();
    await until('all are there', async () => {
      const seen = await texts();
      return wanted.every((text) => seen.includes(text));
    });
  });
});
