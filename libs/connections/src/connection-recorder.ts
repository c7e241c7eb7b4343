import { Injectable } from '@nestjs/common';
import type { Actor, InstanceId } from '#libs/contracts';
import { Journal, type TenantTx } from '#libs/platform';
import { type ConnectionPatch, ConnectionsRepository, type LockedConnection } from './connections.repository.js';
import { type ConnectionChange, nextConnectionState } from './next-connection-state.js';

export const ACTOR: Actor = { kind: 'system', id: 'connections' };

/** Moves a locked connection to its next state and journals what matters of it, in the caller's transaction. */
@Injectable()
export class ConnectionRecorder {
  constructor(
    private readonly connections: ConnectionsRepository,
    private readonly journal: Journal,
  ) {}

  async record(tx: TenantTx, instanceId: InstanceId, row: LockedConnection, change: ConnectionChange, patch: ConnectionPatch): Promise<void> {
    const { facts, closed } = nextConnectionState(row.facts, change, row.now);
    await this.connections.write(tx, instanceId, facts, patch);
    if (closed) await this.journal.append(tx, { type: 'connection.closed', instanceId, actor: ACTOR, data: closed });
    if (change.kind === 'pairing' && row.facts.state !== 'pairing') await this.append(tx, instanceId, 'connection.pairing_started');
    if (change.kind === 'pairing_expired') await this.append(tx, instanceId, 'connection.pairing_expired');
    if (change.kind === 'pairing_refused') await this.append(tx, instanceId, 'connection.pairing_refused');
  }

  async appendPaired(tx: TenantTx, instanceId: InstanceId, phoneNumber: string): Promise<void> {
    await this.journal.append(tx, { type: 'connection.paired', instanceId, actor: ACTOR, data: {}, personal: { phoneNumber } });
  }

  async appendOpened(tx: TenantTx, instanceId: InstanceId, cycle: number): Promise<void> {
    await this.journal.append(tx, { type: 'connection.opened', instanceId, actor: ACTOR, data: { cycle } });
  }

  private async append(tx: TenantTx, instanceId: InstanceId, type: `connection.pairing_${'started' | 'expired' | 'refused'}`): Promise<void> {
    await this.journal.append(tx, { type, instanceId, actor: ACTOR, data: {} });
  }
}
