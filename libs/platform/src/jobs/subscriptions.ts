import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { LifecycleEventName } from '#libs/contracts';
import { OnLifecycle, type Subscription, type Woken } from './on-lifecycle.js';

export interface Subscriber extends Subscription {
  /** with the whole event, unless it collapses */
  handle: (told: Woken<LifecycleEventName>) => Promise<void>;
}

/** Every `@OnLifecycle` method of the application, known in each process so that whoever appends can enqueue. */
@Injectable()
export class Subscriptions implements OnModuleInit {
  readonly all: Subscriber[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (instance && typeof instance === 'object') this.collect(instance as Record<string, unknown>);
    }
    const queues = this.all.map(({ queue }) => queue);
    const twice = queues.find((queue, index) => queues.indexOf(queue) !== index);
    if (twice) throw new Error(`Two methods subscribe with the queue ${twice}`);
  }

  to(event: LifecycleEventName): Subscriber[] {
    return this.all.filter(({ events }) => events.includes(event));
  }

  private collect(provider: Record<string, unknown>): void {
    for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(provider) as object)) {
      const method = provider[name];
      if (typeof method !== 'function') continue;
      const subscription = Reflect.getMetadata(OnLifecycle.KEY, method) as Subscription | undefined;
      if (!subscription) continue;
      const handle: Subscriber['handle'] = (told) => method.call(provider, told) as Promise<void>;
      this.all.push({ ...subscription, handle });
    }
  }
}
