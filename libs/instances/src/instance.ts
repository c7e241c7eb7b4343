import type {
  ConnectionState,
  DesiredState,
  Environment,
  InstanceId,
  Lifecycle,
  NodeId,
  Reason,
  RemovalIntent,
  RetentionAction,
  TenantId,
} from '#libs/contracts';

export type Labels = Record<string, string>;

/** An instance as every read of it shows it: its own row, its connection and its next retention step, from one query. */
export interface InstanceOverview {
  id: InstanceId;
  tenantId: TenantId;
  name: string | null;
  labels: Labels;
  environment: Environment;
  deletionProtection: boolean;
  desiredState: DesiredState;
  lifecycle: Lifecycle;
  connection: {
    state: ConnectionState;
    reason: Reason | null;
    since: Date;
    phoneNumber: string | null;
    profileName: string | null;
    ownerNode: NodeId | null;
  };
  retention: { nextAction: RetentionAction | null; dueAt: Date | null; ruleId: string | null };
  createdAt: Date;
  updatedAt: Date;
  /** counts changes by people and policy, never those of the connection */
  version: number;
}

/** What a person may change of an instance. */
export interface InstanceChange {
  name?: string;
  labels?: Labels;
  deletionProtection?: boolean;
  desiredState?: DesiredState;
}

/** A move of the lifecycle. */
export interface Transition {
  instanceId: InstanceId;
  from: Lifecycle;
  to: Lifecycle;
  /** what the instance should do afterwards; archiving always stops it */
  desiredState: DesiredState;
  /** of a move to `purge_scheduled`: who asked for it, and in which cycle that was arranged */
  purge?: { intent: RemovalIntent; cycle: number };
}
