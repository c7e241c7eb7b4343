import { expectProblem, until } from '#libs/testing';
import { pairInstance, readInstance, untilConnected } from '../setup/paired-instance.js';
import { TestApplication, type TestTenant } from '../setup/test-application.js';

const OWN = '5511999990001';
const rules = (after: string) => ({
  ...{ schema: 'retention/v1', mode: 'enforce' },
  rules: [{ id: 'gone', kind: 'act', priority: 1, match: { environment: ['test'], connection: ['disconnected'] }, clock: 'latest', archive: { after } }],
});

interface Preview {
  due: number;
  counts: object[];
  changes: object;
  previewToken: string;
}

/** Somebody who changes the rules and wants no surprise, over HTTP and with a session that runs. */
describe('a careful change of the rules', () => {
  let test: TestApplication;
  let acme: TestTenant;
  let id = '';
  let token = '';

  beforeAll(async () => {
    test = await TestApplication.start();
    acme = await test.tenant();
    id = await pairInstance(acme.client, 'shop', OWN);
  }, 30_000);
  afterAll(() => test.close());

  const at = (version: number, what: string) => `/v1/retention-policy/versions/${version}/${what}`;

  it('begins with long times, which need a preview, since nothing acted before', async () => {
    await acme.client.put('/v1/retention-policy', rules('P30D'));
    expectProblem(await acme.client.post(at(1, 'activate')), 428, 'preview-required');
    const { previewToken } = (await acme.client.post<Preview>(at(1, 'preview'))).body;
    expect((await acme.client.post(at(1, 'activate'), { previewToken })).status).toBe(200);
  });

  it('sees what shorter times say differently, and what they would do at once', async () => {
    await acme.client.put('/v1/retention-policy', rules('PT2S'));
    const { body } = await acme.client.get<{ rules: { changed: object[] } }>(at(1, 'diff/2'));
    expect(body.rules.changed).toEqual([{ id: 'gone', fields: [{ pointer: '/archive/after', old: 'P30D', new: 'PT2S' }] }]);
    expect((await acme.client.post<Preview>(at(2, 'preview'))).body).toMatchObject({ due: 0, counts: [] });
    await acme.client.post('/v1/sandbox/faults', { kind: 'replaced', phoneNumber: OWN });
    const seen = (await until('it would be archived', async () => {
      const { body: preview } = await acme.client.post<Preview>(at(2, 'preview'));
      return preview.due === 1 && preview;
    })) as Preview;
    expect(seen).toMatchObject({ counts: [{ rule: 'gone', action: 'archive', due: 1 }], changes: { newlyDue: 1 } });
    token = seen.previewToken;
    expect((await readInstance(acme.client, id)).lifecycle).toBe('active');
  });

  it('is what was seen: that one is archived', async () => {
    expect((await acme.client.post(at(2, 'activate'), { previewToken: token })).status).toBe(200);
    await until('archived', async () => (await readInstance(acme.client, id)).lifecycle === 'archived');
  });

  it('goes back to longer times without being asked anything', async () => {
    await acme.client.put('/v1/retention-policy', rules('P60D'));
    expect((await acme.client.post(at(3, 'activate'))).status).toBe(200);
  });

  it('learns from the past that two seconds were too short: the instance came back', async () => {
    await acme.client.post(`/v1/instances/${id}/restore?start=true`);
    await untilConnected(acme.client, id);
    const { body } = await acme.client.post(at(2, 'replay'));
    expect(body).toMatchObject({ instances: 1, archived: 1, archivedCameBack: 1, purged: 0, sample: [{ instanceId: id, rule: 'gone', action: 'archive' }], truncated: false });
    expect((await acme.client.post(at(3, 'replay'))).body).toMatchObject({ instances: 1, archived: 0 });
  });
});
