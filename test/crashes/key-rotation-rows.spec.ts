import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { idFrom, newId, uuidOf } from '#libs/contracts';
import { MasterKey } from '#libs/platform';
import { createTestDatabase, Superuser, until } from '#libs/testing';
import { runBuilt } from '../setup/built-process.js';
import { keyIds, textOf } from '../setup/master-keys.js';
import { RunningCommand } from '../setup/running-command.js';

describe('a rotation of thousands of rows, killed again and again', () => {
  const ROWS = 20_000;
  const bytes = [randomBytes(32), randomBytes(32)] as const;
  const [old, fresh] = [new MasterKey(bytes[0]), new MasterKey(bytes[1])];

  /** Rows of a hundred tenants, as creating instances leaves them. */
  async function fill(superuser: Superuser, dataKeys: Map<string, Buffer>): Promise<void> {
    const rows = Array.from({ length: ROWS }, (_, n) => ({ tenant: newId('ten'), instance: newId('ins'), n }));
    for (const row of rows) row.tenant = rows[row.n % 100]!.tenant;
    const owners = rows.map(({ tenant, instance }) => `${tenant}|${instance}`);
    for (const owner of owners) dataKeys.set(owner, randomBytes(32));
    const [tenants, instances] = [rows.map(({ tenant }) => uuidOf(tenant)), rows.map(({ instance }) => uuidOf(instance))];
    await superuser.look(`INSERT INTO instance_heads (tenant_id, instance_id, environment) SELECT t, i, 'test' FROM unnest($1::uuid[], $2::uuid[]) AS n (t, i)`, tenants, instances);
    await superuser.look(
      `INSERT INTO instance_payload (tenant_id, instance_id, wrapped_key, master_key_id) SELECT t, i, w, $4 FROM unnest($1::uuid[], $2::uuid[], $3::bytea[]) AS n (t, i, w)`,
      ...[tenants, instances, owners.map((owner) => old.wrap(owner, dataKeys.get(owner)!)), old.id],
    );
    await superuser.look('UPDATE platform_state SET master_key_id = $1, master_key_check = $2', old.id, old.check());
  }

  /** How many rows are under the new key; each row has to open with the key that it names, and to hold what it held. */
  async function movedOf(superuser: Superuser, dataKeys: Map<string, Buffer>): Promise<number> {
    const rows = await superuser.look<{ t: string; i: string; w: Buffer; id: string }>('SELECT tenant_id AS t, instance_id AS i, wrapped_key AS w, master_key_id AS id FROM instance_payload');
    expect(rows).toHaveLength(ROWS);
    for (const { t, i, w, id } of rows) {
      const owner = `${idFrom('ten', t)}|${idFrom('ins', i)}`;
      if (!(id === old.id ? old : fresh).unwrap(owner, w).equals(dataKeys.get(owner)!)) throw new Error(`${owner} is not what it was`);
    }
    return rows.filter(({ id }) => id === fresh.id).length;
  }

  it('loses no row at any moment, and comes to its end', async () => {
    const database = await createTestDatabase();
    const superuser = new Superuser(database);
    const dataKeys = new Map<string, Buffer>();
    const environment = { DATABASE_URL: database.url, TENURE_MASTER_KEY: textOf(bytes[1], bytes[0]) };
    await fill(superuser, dataKeys);
    const moved = [0];
    for (let kills = 0; kills < 8; kills++) {
      const rotation = new RunningCommand(['keys', 'rotate'], environment);
      const before = moved.at(-1)!;
      await until('it moves rows', async () => rotation.ended || ((await keyIds(superuser))[fresh.id] ?? 0) > before);
      await sleep(Math.random() * 150);
      await rotation.kill();
      moved.push(await movedOf(superuser, dataKeys));
    }
    expect(moved[1]).toBeLessThan(ROWS);
    expect(moved).toEqual([...moved].sort((a, b) => a - b));
    expect(await runBuilt('cli', ['keys', 'rotate'], environment)).toMatchObject({ code: 0 });
    expect(await movedOf(superuser, dataKeys)).toBe(ROWS);
    await superuser.end();
    await database.drop();
  }, 120_000);
});
