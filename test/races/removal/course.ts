import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

export type Side = 'removal' | 'adversary';
/** Where a course is when it does not move. */
export type Rest = 'stands' | 'waits' | 'over';

/** Whatever takes a lock that others wait for. */
const LOCK = /FOR (NO KEY UPDATE|UPDATE|KEY SHARE)\b|pg_advisory_xact_lock\(/;
const KEY = /DELETE FROM instance_payload/;
/** Where a removal can be held up: before each of these, in this order; it may leave some out. */
const POINTS = [
  /pg_advisory_xact_lock_shared/,
  /FROM tenant_retention\s+WHERE[^;]*FOR NO KEY UPDATE/,
  /FROM instance_heads[^;]*FOR UPDATE/,
  /FROM active_holds/,
  /FROM retention_facts/,
  /UPDATE purges SET status/,
  KEY,
  /^COMMIT$/,
];
/** How often a removal stands still, unless it is refused; and an adversary, at most, or its last turns are as they come. */
export const STOPS = { removal: POINTS.length, adversary: 6 };
const POLL_MS = 3;
const PATIENCE_MS = 15_000;

interface Watch {
  /** Whether the backend waits for a lock that somebody else has. */
  waits(pid: number): Promise<boolean>;
  /** Called when the adversary has its lock, before it does anything with it. */
  locked(): Promise<void>;
}

/** One of two that race. Its statements go out one after the other, and at its stops it waits to be let on. */
export class Course {
  outcome: { acted: true } | { acted: false; error: unknown } | null = null;
  private last = 'nothing';
  private onward: (() => void) | null = null;
  private backend: number | null = null;
  private line: Promise<unknown> = Promise.resolve();
  private change = Promise.withResolvers<void>();
  private readonly points = [...POINTS];
  private isFirst = true;
  private hasLocked = false;

  constructor(
    readonly side: Side,
    private readonly watch: Watch,
    /** what is asked instead: a guard that is taken out */
    private readonly alter: (text: string) => string = (text) => text,
  ) {}

  async run(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.outcome = { acted: true };
    } catch (error) {
      this.outcome = { acted: false, error };
    }
    this.changed();
  }

  /** In line: what is asked without waiting for the answer before it goes out after it all the same. */
  ask<T>(client: pg.Client, text: string, send: (text: string) => Promise<T>): Promise<T> {
    const answer = this.line.then(() => this.carry(client, text, send));
    this.line = answer.catch(() => undefined);
    return answer;
  }

  /** Until it moves no more. @throws when it neither does nor waits for anything that can be seen */
  async rest(): Promise<Rest> {
    for (const end = performance.now() + PATIENCE_MS; performance.now() < end; ) {
      if (this.outcome) return 'over';
      if (this.onward) return 'stands';
      if (this.backend !== null && (await this.watch.waits(this.backend))) return 'waits';
      await Promise.race([this.change.promise, sleep(POLL_MS)]);
    }
    throw new Error(`The ${this.side} is stuck after ${this.last}`);
  }

  letOn(): void {
    const onward = this.onward;
    this.onward = null;
    onward?.();
  }

  private async carry<T>(client: pg.Client, text: string, send: (text: string) => Promise<T>): Promise<T> {
    if (this.isStop(text)) await this.stop();
    this.last = text;
    this.backend = (client as unknown as { processID: number }).processID;
    try {
      const answer = await send(this.alter(text));
      if (this.side === 'adversary' && LOCK.test(text)) await this.watch.locked();
      return answer;
    } finally {
      this.backend = null;
      this.changed();
    }
  }

  private isStop(text: string): boolean {
    if (text.startsWith('BEGIN') || text === 'ROLLBACK') return false;
    return this.side === 'removal' ? this.isPoint(text) : this.isTurn(text);
  }

  /** Before it has entered the gate it only looks around; one that has no gate begins with the key. */
  private isPoint(text: string): boolean {
    const hasBegun = this.points.length < POINTS.length;
    const at = this.points.findIndex((point, n) => (hasBegun || n === 0 || point === KEY) && point.test(text));
    this.points.splice(0, at + 1);
    return at >= 0;
  }

  /** An adversary stands before it begins, before it locks, with its lock in hand, and before it commits. */
  private isTurn(text: string): boolean {
    const isTurn = this.isFirst || this.hasLocked || text === 'COMMIT' || LOCK.test(text);
    this.isFirst = false;
    this.hasLocked = LOCK.test(text);
    return isTurn;
  }

  private stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.onward = resolve;
    this.changed();
    return promise;
  }

  private changed(): void {
    this.change.resolve();
    this.change = Promise.withResolvers<void>();
  }
}
