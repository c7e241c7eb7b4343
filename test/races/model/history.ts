import { uuidOf } from '#libs/contracts';
import type { Reality } from './expectation.js';

interface Past {
  lifecycle: string;
  seq: number;
  types: string[];
  seqs: number[];
}

/** I15, of the model: what the journal tells of each instance has no gap, and leads to where it is. */
export async function verifyHistory({ ground, caller, done }: Reality): Promise<void> {
  const pasts = await ground.look<Past>(
    `SELECT i.lifecycle, h.seq::int AS seq, array_agg(j.type ORDER BY j.seq) AS types, array_agg(j.seq::int ORDER BY j.seq) AS seqs
     FROM instances i JOIN instance_heads h ON h.tenant_id = i.tenant_id AND h.instance_id = i.id
     JOIN journal j ON j.tenant_id = i.tenant_id AND j.instance_id = i.id WHERE i.tenant_id = $1 GROUP BY i.id, i.lifecycle, h.seq`,
    uuidOf(caller.tenantId),
  );
  const faults = pasts.flatMap(faultsOf);
  if (faults.length > 0) throw new Error(`${faults.join('; ')}, after ${done.join(', ')}`);
}

function faultsOf({ lifecycle, seq, types, seqs }: Past): string[] {
  const told = replay(types);
  const erased = types.filter((type) => type === 'instance.erased').length;
  return [
    ...(seqs.at(-1) === seq && seqs.length === seq ? [] : [`I15: ${seqs.length} entries, the last of them ${seqs.at(-1)} of ${seq}`]),
    ...(told === lifecycle ? [] : [`I15: it is ${lifecycle}, and by its journal ${told}`]),
    ...(erased <= (lifecycle === 'purged' ? 1 : 0) ? [] : [`I2: it was erased ${erased} times`]),
  ];
}

function replay(types: string[]): string {
  let [now, from] = ['active', 'active'];
  for (const type of types) {
    if (type === 'retention.purge_scheduled') [now, from] = ['purge_scheduled', now];
    if (type === 'retention.purge_cancelled') now = from;
    if (type === 'instance.archived') now = 'archived';
    if (type === 'instance.restored') now = 'active';
    if (type === 'instance.purged') now = 'purged';
  }
  return now;
}
