import type { AuditedTenant } from './audited-tenant.js';
import type { Dice } from './tamper.js';

/** Changes rows of the tenant's past, as a superuser could. Gives what an auditor has to be told. */
type TableTampering = (of: AuditedTenant, position: number, dice: Dice) => Promise<RegExp>;

const altered = (position: number): RegExp => new RegExp(`entry ${position} was altered`);
const change = (set: string): TableTampering => async (of, position) => {
  await of.look(`UPDATE journal SET ${set} WHERE tenant_id = $1 AND id = $2`, of.uuid, await of.eventAt(position));
  return altered(position);
};

export const TABLE_TAMPERINGS: Record<string, TableTampering> = {
  'another actor': change(`actor = '{"kind":"api_key","id":"key_of_nobody"}'`),
  'another time': change(`occurred_at = occurred_at - interval '1 hour'`),
  'another kind of event': change(`type = 'instance.protected'`),
  'other data': change(`data = data || '{"forged":true}'`),
  'another cause': change('causation_id = gen_random_uuid()'),
  'personal data of another text': change(`personal = coalesce(set_byte(personal, length(personal) - 1, get_byte(personal, length(personal) - 1) # 1), '\\x00')`),
  'an entry deleted': async (of, position) => {
    await of.look('DELETE FROM journal WHERE tenant_id = $1 AND id = $2', of.uuid, await of.eventAt(position));
    return new RegExp(`entry ${position} is missing`);
  },
  'a position deleted': async (of, position) => {
    await of.look('DELETE FROM journal_positions WHERE tenant_id = $1 AND position = $2', of.uuid, position);
    return new RegExp(`entry ${position} is missing`);
  },
  'two positions swapped': async (of, position, dice) => {
    const other = 1 + ((position + dice(of.size - 1)) % of.size);
    const [mine, its] = [await of.eventAt(position), await of.eventAt(other)];
    await of.look('DELETE FROM journal_positions WHERE tenant_id = $1 AND position = ANY($2)', of.uuid, [position, other]);
    await of.look('INSERT INTO journal_positions (tenant_id, position, event_id) VALUES ($1, $2, $3), ($1, $4, $5)', of.uuid, position, its, other, mine);
    return altered(Math.min(position, other));
  },
  'an entry in place of another, which is gone': async (of, position, dice) => {
    const other = 1 + ((position + dice(of.size - 1)) % of.size);
    const its = await of.eventAt(other);
    await of.look('DELETE FROM journal_positions WHERE tenant_id = $1 AND position = $2', of.uuid, other);
    await of.look('UPDATE journal_positions SET event_id = $3 WHERE tenant_id = $1 AND position = $2', of.uuid, position, its);
    return position < other ? altered(position) : new RegExp(`entry ${other} is missing`);
  },
  'another leaf': async (of, position, dice) => {
    await of.look('UPDATE audit_nodes SET hash = set_byte(hash, $3, get_byte(hash, $3) # 1) WHERE tenant_id = $1 AND level = 0 AND index = $2', of.uuid, position - 1, dice(32));
    return altered(position);
  },
  'a leaf deleted': async (of, position) => {
    await of.look('DELETE FROM audit_nodes WHERE tenant_id = $1 AND level = 0 AND index = $2', of.uuid, position - 1);
    return new RegExp(`entry ${position} has lost its leaf`);
  },
  'a checkpoint of another root': async (of, _position, dice) => {
    const [{ size, note }] = (await of.look<{ size: string; note: string }>('SELECT size, note FROM saved.audit_checkpoints WHERE size < $1 ORDER BY random() LIMIT 1', of.size)) as [{ size: string; note: string }];
    const at = note.indexOf('\n', note.indexOf('\n') + 1) + 1 + dice(40);
    const forged = note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1);
    await of.look('UPDATE audit_checkpoints SET note = $3 WHERE tenant_id = $1 AND size = $2', of.uuid, size, forged);
    return new RegExp(`the checkpoint after entry ${size} does not count`);
  },
};
