import { idFrom, type InstanceId, uuidOf } from '#libs/contracts';
import type { Reality } from './expectation.js';

/** What there is of an instance, and what shows that it is gone. */
export interface Row {
  id: InstanceId;
  lifecycle: string;
  /** nothing is left that says anything */
  isBlank: boolean;
  keys: number;
  proofs: { purges: number; certificates: number; entries: number; jobs: number };
  intent: 'rule' | 'person' | null;
  destroyedAt: Date | null;
  graced: boolean | null;
  noticed: boolean | null;
  agreed: number;
  holds: number;
  /** removed in its run, which nobody had to release */
  together: number;
  /** removals by rule of its tenant in 24 hours */
  day: number;
  print: string;
}

type Raw = Omit<Row, 'id' | 'proofs' | 'isBlank' | 'destroyedAt'> & { id: string; blank: boolean; purges: number; certificates: number; entries: number; destroyed_at: Date | null };

/** As the tables have it, and no word of the product. */
export async function lookAtWorld(real: Reality): Promise<Row[]> {
  const rows = await real.ground.look<Raw>(WORLD, uuidOf(real.caller.tenantId));
  const jobs = rows.some(({ lifecycle }) => lifecycle === 'purged') ? await jobsOf(real) : new Map<string, number>();
  return rows.map(({ id: uuid, blank, purges, certificates, entries, destroyed_at, ...row }) => {
    const id = idFrom('ins', uuid);
    return { ...row, id, isBlank: blank, destroyedAt: destroyed_at, proofs: { purges, certificates, entries, jobs: jobs.get(id) ?? 0 } };
  });
}

/** What a removal leaves behind to be done. */
async function jobsOf({ ground, ids }: Reality): Promise<Map<string, number>> {
  const rows = await ground.look<{ id: string; n: number }>(`SELECT data ->> 'instanceId' AS id, count(*)::int AS n FROM pgboss.job WHERE name = 'policy.erase' AND data ->> 'instanceId' = ANY ($1) GROUP BY 1`, ids);
  return new Map(rows.map(({ id, n }) => [id, n]));
}

const WORLD = `
  SELECT i.id, i.lifecycle, i.name IS NULL AND i.name_key IS NULL AND i.labels = '{}' AS blank,
    (SELECT count(*)::int FROM instance_payload k WHERE k.tenant_id = i.tenant_id AND k.instance_id = i.id) AS keys,
    (SELECT count(*)::int FROM purges d WHERE d.tenant_id = i.tenant_id AND d.instance_id = i.id AND d.status = 'purged') AS purges,
    (SELECT count(*)::int FROM purge_certificates d WHERE d.tenant_id = i.tenant_id AND d.instance_id = i.id) AS certificates,
    (SELECT count(*)::int FROM journal j WHERE j.tenant_id = i.tenant_id AND j.instance_id = i.id AND j.type = 'instance.purged') AS entries,
    p.intent, c.keys_destroyed_at AS destroyed_at,
    c.keys_destroyed_at - GREATEST(p.scheduled_at,
        (SELECT max(v.activated_at) FROM policy_versions v WHERE p.intent = 'rule' AND v.tenant_id = i.tenant_id AND v.activated_at <= c.keys_destroyed_at),
        (SELECT max(h.released_at) FROM hold_history h WHERE h.tenant_id = i.tenant_id AND h.released_at <= c.keys_destroyed_at AND (h.scope = 'tenant' OR h.instance_id = i.id)),
        (SELECT max(h.released_at) FROM platform_holds h WHERE h.released_at <= c.keys_destroyed_at))
      >= CASE p.intent WHEN 'rule' THEN interval '1 hour' ELSE interval '24 hours' END AS graced,
    EXISTS (SELECT 1 FROM purge_notices n WHERE n.tenant_id = p.tenant_id AND n.purge_id = p.id AND n.delivered_at >= p.scheduled_at AND n.delivered_at <= c.keys_destroyed_at - interval '1 hour') AS noticed,
    (SELECT count(DISTINCT a.key_id)::int FROM purge_approvals a JOIN api_keys k ON k.tenant_id = a.tenant_id AND k.id = a.key_id
     WHERE a.tenant_id = p.tenant_id AND a.purge_id = p.id AND a.approved_at BETWEEN p.scheduled_at AND c.keys_destroyed_at AND k.created_at <= p.scheduled_at) AS agreed,
    (SELECT count(*)::int FROM active_holds a WHERE a.tenant_id = i.tenant_id AND a.instance_id = i.id) AS holds,
    (SELECT count(*)::int FROM retention_run_members m JOIN retention_run_members o ON o.tenant_id = m.tenant_id AND o.run_id = m.run_id AND o.outcome = 'purged'
     JOIN retention_runs r ON r.tenant_id = m.tenant_id AND r.id = m.run_id AND r.decided_by IS NULL
     WHERE m.tenant_id = i.tenant_id AND m.instance_id = i.id AND m.outcome = 'purged') AS together,
    (SELECT count(*)::int FROM purges d WHERE d.tenant_id = i.tenant_id AND d.status = 'purged' AND d.intent = 'rule' AND d.ended_at > (SELECT tenure_now()) - interval '24 hours') AS day,
    md5(to_jsonb(i)::text || (SELECT to_jsonb(h)::text FROM instance_heads h WHERE h.tenant_id = i.tenant_id AND h.instance_id = i.id)
      || COALESCE((SELECT to_jsonb(k)::text FROM instance_payload k WHERE k.tenant_id = i.tenant_id AND k.instance_id = i.id), '')
      || COALESCE((SELECT to_jsonb(w)::text FROM wa_credentials w WHERE w.tenant_id = i.tenant_id AND w.instance_id = i.id), '')
      || COALESCE((SELECT to_jsonb(n)::text FROM connections n WHERE n.tenant_id = i.tenant_id AND n.instance_id = i.id), '')) AS print
  FROM instances i
  LEFT JOIN purge_certificates c ON c.tenant_id = i.tenant_id AND c.instance_id = i.id
  LEFT JOIN purges p ON p.tenant_id = i.tenant_id AND p.id = c.purge_id
  WHERE i.tenant_id = $1`;
