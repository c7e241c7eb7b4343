import { Injectable } from '@nestjs/common';
import type { Environment } from '#libs/contracts';
import { InvalidRequest, OutboundGuard } from '#libs/platform';
import { ConnectionsSettings } from '../connections.settings.js';
import { proxyAddress } from './proxy-url.js';

/** The sandbox listens there, so a proxy that leads to it does too. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

/** Where the proxies of instances may stand. Asked when one is written down and at each connection. */
@Injectable()
export class ProxyTargets {
  private readonly guards: Record<Environment, OutboundGuard>;

  constructor({ proxyNetworks }: ConnectionsSettings) {
    const allowed = proxyNetworks?.split(',').map((network) => network.trim()) ?? [];
    this.guards = { live: new OutboundGuard(allowed), test: new OutboundGuard([...allowed, ...LOOPBACK]) };
  }

  guardOf(environment: Environment): OutboundGuard {
    return this.guards[environment];
  }

  /** @throws InvalidRequest naming the field, when it stands where it may not, or nobody knows where */
  async check(proxy: string, environment: Environment): Promise<void> {
    try {
      await this.guards[environment].check(proxyAddress(proxy).host);
    } catch (error) {
      throw new InvalidRequest([{ pointer: '/proxy', detail: `proxy cannot be used: ${(error as Error).message}` }]);
    }
  }
}
