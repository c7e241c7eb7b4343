import { DiscoveryService } from '@nestjs/core';
import type { InstanceId, LifecycleEvent, LifecycleEventName } from '#libs/contracts';

export interface Subscription {
  /** the queue: stable across renames of the method, for example `policy.reconcile` */
  queue: string;
  events: LifecycleEventName[];
  /** one waiting job per instance is enough: the handler reads the rows, not the event */
  collapse: boolean;
}

const declaration = DiscoveryService.createDecorator<Subscription>();

/**
 * Subscribes a method to events: a job in the transaction that journals them, so nothing is lost after the commit.
 * It runs at least once and may run late: a handler with consequences reads everything again under lock.
 * The method's parameter is checked against the event: a handler for another one does not compile.
 */
export function OnLifecycle<N extends LifecycleEventName>(events: N | N[], options: { queue: string; collapse?: boolean }) {
  return <H extends (event: LifecycleEvent<N>) => Promise<void>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>): void => {
    const subscription = { queue: options.queue, events: [events].flat(), collapse: options.collapse ?? false };
    declaration(subscription)(target, key, descriptor);
  };
}
OnLifecycle.KEY = declaration.KEY;

/** What travels in a job: ids only, since row-level security does not cover the queue's tables. */
export interface Wake {
  tenantId: string;
  instanceId: InstanceId | null;
  eventId: string;
}

/** Of whom one waiting job is enough. */
export const collapseKey = ({ instanceId, tenantId }: Wake): string => instanceId ?? tenantId;
