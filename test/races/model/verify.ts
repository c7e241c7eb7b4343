import { idFrom, uuidOf } from '#libs/contracts';
import { type Expectation, type Reality, reasonsAgainst } from './expectation.js';

interface Row {
  id: string;
  lifecycle: string;
  keys: number;
  purged: number;
  certificates: number;
  entries: number;
  graced: boolean | null;
  agreed: number;
  holds: number;
}

/** After each command: what is gone was allowed to go, has its proof and nothing else, and stays gone. */
export async function verify(model: Expectation, real: Reality, canRemove: boolean): Promise<void> {
  const rows = await look(real);
  const faults = rows.flatMap((row) => faultsOf(row, model, real, canRemove).map((fault) => `${real.ids.indexOf(idFrom('ins', row.id))}: ${fault}`));
  if (faults.length > 0) throw new Error(`${faults.join('; ')}, after ${real.done.join(', ')}`);
}

function faultsOf(row: Row, model: Expectation, { ids }: Reality, canRemove: boolean): string[] {
  const place = ids.indexOf(idFrom('ins', row.id));
  const told = model.instances[place]!;
  const isGone = row.lifecycle === 'purged';
  const isNew = isGone && !told.isGone;
  const against = isNew ? reasonsAgainst(model, place) : [];
  const wanted = isGone ? 1 : 0;
  const proofs = [row.purged, row.certificates, row.entries];
  const faults = [
    ...(told.isGone && !isGone ? ['I2: it is back'] : []),
    ...(isNew && !canRemove ? ['I4: it was removed by a command that removes nothing'] : []),
    ...against.map((why) => `I1: it was removed although ${why}`),
    ...(proofs.every((n) => n === wanted) ? [] : [`I3: ${row.lifecycle} with ${proofs.join('/')} purges, certificates, entries`]),
    ...(row.keys === 1 - wanted ? [] : [`I12: ${row.lifecycle} with ${row.keys} keys`]),
    ...(isGone && row.graced === false ? ['I5, I7, I8: it was removed before its grace was over'] : []),
    ...(isNew && model.needsApproval && row.agreed < 1 ? ['I9: nobody had approved'] : []),
    ...(isGone && row.holds > 0 ? ['I1: a hold is on what is gone'] : []),
  ];
  told.isGone = isGone;
  return faults;
}

function look({ ground, caller }: Reality): Promise<Row[]> {
  return ground.look<Row>(
    `SELECT i.id, i.lifecycle,
       (SELECT count(*)::int FROM instance_payload WHERE instance_id = i.id) AS keys,
       (SELECT count(*)::int FROM purges WHERE instance_id = i.id AND status = 'purged') AS purged,
       (SELECT count(*)::int FROM purge_certificates WHERE instance_id = i.id) AS certificates,
       (SELECT count(*)::int FROM journal WHERE instance_id = i.id AND type = 'instance.purged') AS entries,
       (SELECT c.keys_destroyed_at - GREATEST(p.scheduled_at,
                 (SELECT max(v.activated_at) FROM policy_versions v WHERE p.intent = 'rule' AND v.tenant_id = i.tenant_id AND v.activated_at <= c.keys_destroyed_at),
                 (SELECT max(h.released_at) FROM hold_history h WHERE h.tenant_id = i.tenant_id AND h.released_at <= c.keys_destroyed_at AND (h.scope = 'tenant' OR h.instance_id = i.id)),
                 (SELECT max(h.released_at) FROM platform_holds h WHERE h.released_at <= c.keys_destroyed_at))
               >= CASE p.intent WHEN 'rule' THEN interval '1 hour' ELSE interval '24 hours' END
        FROM purge_certificates c JOIN purges p ON p.id = c.purge_id WHERE c.instance_id = i.id) AS graced,
       (SELECT count(DISTINCT a.key_id)::int FROM purge_approvals a JOIN purges p ON p.id = a.purge_id WHERE p.instance_id = i.id AND p.status = 'purged') AS agreed,
       (SELECT count(*)::int FROM active_holds WHERE instance_id = i.id) AS holds
     FROM instances i WHERE i.tenant_id = $1`,
    uuidOf(caller.tenantId),
  );
}
