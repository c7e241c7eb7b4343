import dns from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isPermittedAddress } from './is-permitted-address.js';

/** It stands where nothing is connected to on behalf of a tenant. Does not say which address a name has: that would map the inside. */
export class TargetForbidden extends Error {
  constructor() {
    super('it is not an address of the public internet');
  }
}

/** Nobody knows the name, or nobody answers who would. */
export class TargetUnknown extends Error {
  constructor() {
    super('its name cannot be resolved');
  }
}

interface Address {
  address: string;
  family: number;
}
type Resolve = (host: string) => Promise<Address[]>;

const resolveAll: Resolve = (host) => dns.lookup(host, { all: true });

/**
 * Keeps what tenants have us connect to away from the inside: webhooks, proxies. A target is checked when it is written down and at each
 * connection, which goes to the address that was checked: a name that changes its mind in between gains nothing.
 */
export class OutboundGuard {
  /** @param allowed networks and addresses that are permitted although they are not public */
  constructor(
    private readonly allowed: readonly string[] = [],
    private readonly resolve: Resolve = resolveAll,
  ) {}

  /** @param host a name or an address, IPv6 without brackets @throws TargetForbidden, TargetUnknown */
  async check(host: string): Promise<void> {
    await this.addressesOf(host);
  }

  /** For `lookup` of a socket to this host: answers with what has just been checked. @throws TargetForbidden, TargetUnknown */
  async pin(host: string): Promise<LookupFunction> {
    const addresses = await this.addressesOf(host);
    const [first] = addresses as [Address];
    return (_host, { all }, done) => (all ? done(null, addresses) : done(null, first.address, first.family));
  }

  /** One that is forbidden condemns them all: the system would choose. */
  private async addressesOf(host: string): Promise<Address[]> {
    const addresses = await this.resolve(host).catch(() => []);
    if (addresses.length === 0) throw new TargetUnknown();
    if (!addresses.every(({ address }) => isPermittedAddress(address, this.allowed))) throw new TargetForbidden();
    return addresses;
  }
}
