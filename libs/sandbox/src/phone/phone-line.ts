import { Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';

/** One piece of work per phone at a time, in the order asked: a ratchet has one hand on it. */
@Injectable()
export class PhoneLine {
  private readonly last = new Map<string, Promise<unknown>>();

  async run<T>(tenantId: TenantId, number: string, work: () => Promise<T>): Promise<T> {
    const key = `${tenantId}/${number}`;
    const mine = (this.last.get(key) ?? Promise.resolve()).then(work, work);
    this.last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key);
    }
  }

  /** Resolves when nobody is at work any more. */
  async idle(): Promise<void> {
    while (this.last.size > 0) await Promise.allSettled(this.last.values());
  }
}
