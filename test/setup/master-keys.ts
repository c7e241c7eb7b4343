import type { Superuser } from '#libs/testing';

/** As a setting or a file has them, newest first. */
export const textOf = (...keys: Buffer[]): string => keys.map((key) => key.toString('hex')).join(',');

/** How many data keys are under each master key. */
export async function keyIds(superuser: Superuser): Promise<Record<string, number>> {
  const rows = await superuser.look<{ id: string; n: number }>('SELECT master_key_id AS id, count(*)::int AS n FROM instance_payload GROUP BY 1');
  return Object.fromEntries(rows.map(({ id, n }) => [id, n]));
}
