import { setTimeout as sleep } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { TenantId } from '#libs/contracts';
import { Database } from '#libs/platform';
import { MessagesService } from '../control/messages.service.js';
import { LoadsRepository } from '../store/loads.repository.js';
import { AtMost } from './at-most.js';
import { LoadNotFound, NobodyToWriteTo, TrafficRuns } from './load.errors.js';
import { planRoutes, type Route } from './plan-routes.js';

export interface TrafficPlan {
  /** the n-th text is `<label>#<n>`, counted from 1 */
  label: string;
  perSecond: number;
  seconds: number;
}

export interface TrafficState extends TrafficPlan {
  running: boolean;
  /** texts that are on their way for good */
  sent: number;
  /** texts that could not be sent */
  failed: number;
}

interface Run {
  state: TrafficState;
  begunAt: number;
  stopped: boolean;
  over: Promise<void>;
}

const IN_FLIGHT = 32;

/** Texts from the phones of a load to its linked devices, at a rate and for a time. One run per tenant; it ends with the process. */
@Injectable()
export class LoadTraffic implements BeforeApplicationShutdown {
  private readonly runs = new Map<TenantId, Run>();

  constructor(
    private readonly database: Database,
    private readonly loads: LoadsRepository,
    private readonly messages: MessagesService,
  ) {}

  /** To whoever is linked now. @throws LoadNotFound, TrafficRuns, NobodyToWriteTo */
  async start(tenantId: TenantId, plan: TrafficPlan): Promise<TrafficState> {
    const routes = await this.routes(tenantId);
    if (this.runs.get(tenantId)?.state.running) throw new TrafficRuns();
    if (routes.length === 0) throw new NobodyToWriteTo();
    const run: Run = { state: { ...plan, running: true, sent: 0, failed: 0 }, begunAt: performance.now(), stopped: false, over: Promise.resolve() };
    this.runs.set(tenantId, run);
    run.over = this.drive(tenantId, run, routes).finally(() => (run.state.running = false));
    return run.state;
  }

  /** The last one; null when there was none. */
  of(tenantId: TenantId): TrafficState | null {
    return this.runs.get(tenantId)?.state ?? null;
  }

  /** Before its time; resolves when nothing of it is being sent any more. */
  async stop(tenantId: TenantId): Promise<TrafficState | null> {
    const run = this.runs.get(tenantId);
    if (run) run.stopped = true;
    await run?.over;
    return run?.state ?? null;
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.runs.keys()].map((tenantId) => this.stop(tenantId)));
  }

  private routes(tenantId: TenantId): Promise<Route[]> {
    return this.database.forTenant(tenantId, async (tx) => {
      const load = await this.loads.find(tx);
      if (!load) throw new LoadNotFound();
      return planRoutes(load, await this.loads.linked(tx, load));
    });
  }

  /** A sandbox that cannot keep the rate sends less: what is not begun in its time is left out. */
  private async drive(tenantId: TenantId, run: Run, routes: Route[]): Promise<void> {
    const { label, perSecond, seconds } = run.state;
    const flight = new AtMost(IN_FLIGHT);
    const sending = new Set<Promise<void>>();
    for (let n = 1; n <= perSecond * seconds && !run.stopped; n++) {
      await sleep(Math.max(0, run.begunAt + ((n - 1) * 1000) / perSecond - performance.now()), undefined, { ref: false });
      while (flight.queued > 0) await Promise.race(sending);
      if (performance.now() > run.begunAt + seconds * 1000) break;
      const text = flight.run(() => this.send(tenantId, run, routes[n % routes.length]!, `${label}#${n}`)).finally(() => sending.delete(text));
      sending.add(text);
    }
    await Promise.all(sending);
  }

  private async send(tenantId: TenantId, { state }: Run, { from, to }: Route, text: string): Promise<void> {
    try {
      await this.messages.send(tenantId, from, { to, text });
      state.sent++;
    } catch {
      state.failed++;
    }
  }
}
