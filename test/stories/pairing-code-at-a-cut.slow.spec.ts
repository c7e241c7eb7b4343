import { until } from '#libs/testing';
import { TestApplication } from '../setup/test-application.js';

describe('a pairing code asked for at the moment the line is cut', () => {
  let test: TestApplication;

  beforeAll(async () => {
    test = await TestApplication.start();
  }, 30_000);
  afterAll(() => test.close());

  it('is there, or there is nothing to pair with: never a fault of this server', async () => {
    const { client } = await test.tenant();
    const { id } = (await client.post<{ id: string }>('/v1/instances', { name: 'shop' })).body;
    await client.post(`/v1/instances/${id}/start`);
    const ask = () => client.post(`/v1/instances/${id}/pairing-code`, { phoneNumber: '5511999990001' });
    const statuses = new Set<number>();
    for (let round = 0; round < 5; round++) {
      await until('a QR code', async () => (await client.get<{ pairing: object | null }>(`/v1/instances/${id}/connection`)).body.pairing);
      const [, ...asked] = await Promise.all([client.post('/v1/sandbox/faults', { kind: 'drop' }), ...Array.from({ length: 16 }, ask)]);
      for (const { status } of asked) statuses.add(status);
      for (let more = 0; more < 20; more++) statuses.add((await ask()).status);
      await client.post(`/v1/instances/${id}/restart`);
    }
    expect([...statuses].filter((status) => ![200, 404].includes(status))).toEqual([]);
    expect(statuses).toContain(404);
  });
});
