import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '#libs/testing';
import type { CuttingProxy } from '../setup/cutting-proxy.js';
import type { Fleet } from './fleet.js';
import type { Host } from './host.js';
import type { IncomingTexts } from './incoming-texts.js';
import { PLATFORM_KINDS, type PlatformTrouble } from './plan-troubles.js';
import type { TroubleLog } from './trouble-log.js';

const LAST_COMMIT_MS = 50;

/** Kills, freezes and cuts off what the platform consists of, one after the other, until the time is over and each kind has come. */
export class PlatformTroubles {
  constructor(
    private readonly fleet: Fleet,
    private readonly phones: IncomingTexts,
    private readonly log: TroubleLog,
  ) {}

  async run(plan: readonly PlatformTrouble[]): Promise<void> {
    for (const trouble of plan) {
      if (this.log.isOver && PLATFORM_KINDS.every((kind) => this.log.countOf(kind) > 0)) return;
      this.log.note(trouble.kind);
      await this.inflict(trouble);
      await sleep(trouble.peaceMs);
    }
  }

  private inflict({ kind, host, ms }: PlatformTrouble): Promise<void> {
    switch (kind) {
      case 'killed':
        return this.kill(this.fleet.second, ms);
      case 'ended':
        return this.endInOrder(this.fleet.second, ms);
      case 'frozen_briefly':
        return this.freeze(this.hostOf(host), ms);
      case 'frozen_beyond_its_lease':
        return this.freezeBeyondItsLease(this.hostOf(host), ms);
      case 'database_cut':
        return this.cutDatabase(host);
      case 'database_blocked':
        return this.blockDatabase(host, ms);
      case 'database_restarted':
        return this.fleet.server.restart();
      case 'sandbox_killed':
        return this.restartSandbox('SIGKILL', ms);
      case 'sandbox_ended':
        return this.restartSandbox('SIGTERM', ms);
    }
  }

  private async kill(host: Host, ms: number): Promise<void> {
    host.process.signal('SIGKILL');
    await host.process.exit();
    await this.noteBereft(host, 'killed');
    await sleep(ms);
    await host.start();
  }

  private async endInOrder(host: Host, ms: number): Promise<void> {
    const code = await host.process.stop();
    if (code !== 0) this.log.findings.push(`A process that was told to stop ended with ${code}`);
    await sleep(ms);
    await host.start();
  }

  private async freeze(host: Host, ms: number): Promise<void> {
    host.freeze();
    await sleep(ms);
    host.thaw();
  }

  private async freezeBeyondItsLease(host: Host, ms: number): Promise<void> {
    host.freeze();
    await this.noteBereft(host, 'frozen');
    await sleep(ms);
    host.thaw();
    await until('the process that stood still to have a new lease', () => this.isNode(host));
  }

  private async cutDatabase(host: PlatformTrouble['host']): Promise<void> {
    for (const door of this.doorsOf(host)) door.cutAll();
  }

  private async blockDatabase(host: PlatformTrouble['host'], ms: number): Promise<void> {
    const doors = this.doorsOf(host);
    for (const door of doors) door.block();
    await sleep(ms);
    for (const door of doors) door.unblock();
  }

  private async restartSandbox(signal: NodeJS.Signals, ms: number): Promise<void> {
    await this.fleet.cluster.restartSandbox(signal, ms);
    await this.phones.goOn();
  }

  private hostOf(host: PlatformTrouble['host']): Host {
    return host === 'first' ? this.fleet.first : this.fleet.second;
  }

  private doorsOf(host: PlatformTrouble['host']): CuttingProxy[] {
    if (host !== 'all') return [this.hostOf(host).door];
    return [...this.fleet.hosts.map(({ door }) => door), this.fleet.sandboxDoor];
  }

  private async isNode(host: Host): Promise<boolean> {
    const nodes = await this.fleet.superuser.look<{ name: string }>('SELECT name FROM nodes WHERE lease_until > clock_timestamp()');
    return nodes.some(({ name }) => host.is(name));
  }

  /** Whoever writes down their disconnect must do it for the platform: their owner is silent. */
  private async noteBereft(host: Host, by: string): Promise<void> {
    // its last commit may still be under way
    await sleep(LAST_COMMIT_MS);
    const rows = await this.fleet.superuser.look<{ uuid: string; seq: number }>(
      `SELECT c.instance_id AS uuid, h.seq::int FROM connections c JOIN instance_heads h USING (tenant_id, instance_id) JOIN nodes n ON n.id = c.owner_node
       WHERE c.state = 'connected' AND n.name LIKE $1`,
      `%:${host.process.pid}`,
    );
    this.log.bereft.push(...rows.map((row) => ({ ...row, by })));
  }
}
