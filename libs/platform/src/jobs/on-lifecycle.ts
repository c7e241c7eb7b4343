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

/** What a handler is told for whom several events are one: of whom, and not which. */
export type Woken<N extends LifecycleEventName> = Pick<LifecycleEvent<N>, 'tenantId' | 'instanceId'>;

type Subscribes<A> = <H extends (told: A) => Promise<void>>(target: object, key: string | symbol, descriptor: TypedPropertyDescriptor<H>) => void;

/**
 * Subscribes a method to events: a job in the transaction that journals them, so nothing is lost after the commit.
 * It runs at least once and may run late: a handler with consequences reads everything again under lock.
 * The method's parameter is checked against the event: a handler for another one does not compile.
 */
export function OnLifecycle<N extends LifecycleEventName>(events: N | N[], options: { queue: string; collapse: true }): Subscribes<Woken<N>>;
export function OnLifecycle<N extends LifecycleEventName>(events: N | N[], options: { queue: string }): Subscribes<LifecycleEvent<N>>;
export function OnLifecycle<N extends LifecycleEventName>(events: N | N[], { queue, collapse = false }: { queue: string; collapse?: boolean }): Subscribes<never> {
  return (target, key, descriptor) => declaration({ queue, events: [events].flat(), collapse })(target, key, descriptor);
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
