import { createHash } from 'node:crypto';
import { idFrom, type InstanceId, type TenantId } from '#libs/contracts';
import { DataKey, MasterKey } from '#libs/platform';
import { MASTER_KEY } from '../setup/cluster.js';
import type { Fleet } from './fleet.js';

/** What a device is made of from its pairing on: counters and pre-keys change, these never. */
const FOR_LIFE = ['registrationId', 'noiseKey', 'signedIdentityKey', 'advSecretKey', 'account'] as const;

interface SealedRow {
  tenant: string;
  instance: string;
  wrapped: Buffer;
  ciphertext: Buffer | null;
  revoked: boolean;
}

/** A digest of what each instance has at rest, opened as the product does; says so where there is nothing, or where it was revoked. */
export async function identitiesOf({ superuser }: Fleet): Promise<Record<InstanceId, string>> {
  const rows = await superuser.look<SealedRow>(
    `SELECT i.tenant_id AS tenant, i.id AS instance, p.wrapped_key AS wrapped, w.ciphertext, w.revoked_at IS NOT NULL AS revoked
     FROM instances i JOIN instance_payload p ON p.instance_id = i.id LEFT JOIN wa_credentials w ON w.instance_id = i.id ORDER BY i.id`,
  );
  return Object.fromEntries(rows.map((row) => [idFrom('ins', row.instance), identityIn(row)]));
}

function identityIn({ tenant, instance, wrapped, ciphertext, revoked }: SealedRow): string {
  if (!ciphertext || revoked) return ciphertext ? 'revoked' : 'none';
  const [tenantId, instanceId]: [TenantId, InstanceId] = [idFrom('ten', tenant), idFrom('ins', instance)];
  const belongsTo = `${tenantId}|${instanceId}`;
  const key = new DataKey(new MasterKey(Buffer.from(MASTER_KEY, 'hex')).unwrap(belongsTo, wrapped), belongsTo);
  const credentials = JSON.parse(key.open('credentials', ciphertext).toString()) as Record<string, unknown>;
  return createHash('sha256').update(JSON.stringify(FOR_LIFE.map((field) => credentials[field]))).digest('hex');
}
