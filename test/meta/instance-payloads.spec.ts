import { InstancePayloads } from '#libs/platform';
import { Superuser } from '#libs/testing';
import { TestApplication } from '../setup/test-application.js';

/** What stays when an instance is gone, and goes without being asked when it is. Nothing of it is personal. */
const STAY = [
  'instance_heads', // its lock, and how many events there were
  'instance_payload', // its key: the purge destroys it by itself
  'journal', // what happened; what is personal in it died with the key
  'retention_schedule', // no next step
  'active_holds', // keep it from being purged
  ...['hold_history', 'purges', 'purge_certificates', 'deletion_requests', 'retention_run_members', 'bulk_request_members', 'tenant_deletion_members'], // who decided what
];

describe('what is kept of an instance', () => {
  let test: TestApplication;
  let superuser: Superuser;

  beforeAll(async () => {
    test = await TestApplication.start();
    superuser = new Superuser(test.database);
  }, 60_000);
  afterAll(async () => {
    await superuser.end();
    await test.close();
  });

  it('is in tables whose owner archives and removes it, or that are known to stay', async () => {
    const rows = await superuser.look<{ name: string }>(`
      SELECT DISTINCT c.relname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attname = 'instance_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = 'public'`);
    const owned = test.get(InstancePayloads).all().flatMap(({ tables }) => tables);
    expect(new Set(owned).size).toBe(owned.length);
    expect(rows.map(({ name }) => name).sort()).toEqual([...owned, ...STAY].sort());
  });
});
