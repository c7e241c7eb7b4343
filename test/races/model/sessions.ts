import { uuidOf } from '#libs/contracts';
import { SessionRecords } from '../../../libs/connections/src/session-records.js';
import { InstancesService } from '../../../libs/instances/src/instances.service.js';
import { about } from './command.js';
import type { Reality, Told } from './expectation.js';

const claimOf = ({ ground, caller: { tenantId }, ids }: Reality, place: number) => ({ tenantId, instanceId: ids[place]!, node: ground.node, owner: { epoch: 0n } }) as never;

/** Started, taken over by this process, and its login accepted. */
export const connect = (n: number) =>
  about(n, 'connect', async (real, _model, { place, told }) => {
    const { ground, caller, ids } = real;
    if (told.isConnected) return;
    await ground.get(InstancesService).start(caller, ids[place]!);
    await takeOver(real, place);
    if (await ground.get(SessionRecords).opened(claimOf(real, place), null)) told.isConnected = true;
  });

/** What WhatsApp says when it ends a session: logged out, replaced, banned, or the network did. */
export const disconnect = (n: number, code: 401 | 403 | 428 | 440) =>
  about(n, `disconnect with ${code}`, async (real, _model, { place, told }) => {
    if (!told.isConnected) return;
    const close = { code, qrEnded: false, otherNumber: false, networkFault: false, expiresInSeconds: null };
    await real.ground.get(SessionRecords).ended(claimOf(real, place), close, true);
    told.isConnected = false;
  });

export const stop = (n: number) =>
  about(n, 'stop', async (real, _model, { place, told }) => {
    await real.ground.get(InstancesService).stop(real.caller, real.ids[place]!);
    await endSession(real, place, told);
  });

/** As the owner does who sees that it should not run any more. */
export async function endSession(real: Reality, place: number, told: Told): Promise<void> {
  if (told.isConnected) await real.ground.get(SessionRecords).stopped(claimOf(real, place), 'user_stopped');
  told.isConnected = false;
}

async function takeOver({ ground, caller: { tenantId }, ids }: Reality, place: number): Promise<void> {
  const row = [uuidOf(tenantId), uuidOf(ids[place]!)];
  await ground.look('INSERT INTO wa_credentials (tenant_id, instance_id) VALUES ($1, $2) ON CONFLICT DO NOTHING', ...row);
  await ground.look(
    `INSERT INTO connections (tenant_id, instance_id, state, since, settled_state, settled_since, owner_node) VALUES ($1, $2, 'connecting', tenure_now(), 'never_paired', tenure_now(), $3)
     ON CONFLICT (tenant_id, instance_id) DO UPDATE SET state = CASE connections.state WHEN 'connected' THEN 'connected' ELSE 'connecting' END, owner_node = excluded.owner_node`,
    ...[...row, uuidOf(ground.node)],
  );
}
