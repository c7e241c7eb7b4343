import { Injectable } from '@nestjs/common';
import { type ConnectionState, type DesiredState, type InstanceId, type Lifecycle, type NodeId, type Reason, uuidOf } from '#libs/contracts';
import { InstanceNotFound, type TenantTx } from '#libs/platform';
import { type LastClose, nodeOf, type PairingOutcome } from './connections.repository.js';

/** What a reader sees. */
export interface ConnectionView {
  state: ConnectionState;
  reason: Reason | null;
  since: Date;
  phoneNumber: string | null;
  profileName: string | null;
  ownerNode: NodeId | null;
  retryAt: Date | null;
  attempts: number;
  flaps: number;
  /** no further attempt until somebody asks */
  halted: boolean;
  lastClose: (LastClose & { at: Date }) | null;
  pairingOutcome: PairingOutcome | null;
  desiredState: DesiredState;
  lifecycle: Lifecycle;
}

interface ViewRow {
  connection_state: ConnectionState;
  connection_reason: Reason | null;
  connection_since: Date;
  phone_number: string | null;
  profile_name: string | null;
  owner_node: string | null;
  desired_state: DesiredState;
  lifecycle: Lifecycle;
  retry_at: Date | null;
  attempts: number | null;
  flaps: number | null;
  halted: boolean;
  last_close_reason: Reason | null;
  last_close_code: number | null;
  last_close_at: Date | null;
  pairing_outcome: PairingOutcome | null;
}

/** Connections as they are shown: what a lapsed lease leaves behind is already read as the platform's doing. */
@Injectable()
export class ConnectionViews {
  /** @throws InstanceNotFound */
  async read(tx: TenantTx, instanceId: InstanceId): Promise<ConnectionView> {
    const [row] = await tx.query<ViewRow[]>`
      SELECT o.connection_state, o.connection_reason, o.connection_since, o.phone_number, o.profile_name, o.owner_node,
             o.desired_state, o.lifecycle, c.retry_at, c.attempts, c.flaps, c.halted_seq IS NOT NULL AS halted,
             c.last_close_reason, c.last_close_code, c.last_close_at, c.pairing_outcome
      FROM instance_overview o LEFT JOIN connections c ON c.tenant_id = o.tenant_id AND c.instance_id = o.id
      WHERE o.tenant_id = ${uuidOf(tx.tenantId)}::uuid AND o.id = ${uuidOf(instanceId)}::uuid`;
    if (!row) throw new InstanceNotFound();
    return toView(row);
  }
}

function toView(row: ViewRow): ConnectionView {
  return {
    ...{ state: row.connection_state, reason: row.connection_reason, since: row.connection_since },
    ...{ phoneNumber: row.phone_number, profileName: row.profile_name, ownerNode: nodeOf(row.owner_node) },
    ...{ retryAt: row.retry_at, attempts: row.attempts ?? 0, flaps: row.flaps ?? 0, halted: row.halted },
    ...{ lastClose: lastCloseOf(row), pairingOutcome: row.pairing_outcome },
    ...{ desiredState: row.desired_state, lifecycle: row.lifecycle },
  };
}

const lastCloseOf = ({ last_close_reason: reason, last_close_code: code, last_close_at: at }: ViewRow): ConnectionView['lastClose'] =>
  reason === null ? null : { reason, code, at: at! };
