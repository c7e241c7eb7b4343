import ipaddr from 'ipaddr.js';

/** Public by their range, and yet the inside of somebody's cloud: Azure's wire server and metadata. */
const METADATA = new Set(['168.63.129.16']);

/**
 * Whether something may be connected to on behalf of a tenant: addresses of the public internet, and what the operator allows besides.
 * Everything else is refused, whatever its kind: private, loopback, link-local (metadata of clouds), shared, multicast, reserved, and the
 * IPv6 forms that lead to an IPv4 address somewhere else. What is no address is refused too.
 * @param allowed networks (`10.0.0.0/8`) or single addresses
 */
export function isPermittedAddress(address: string, allowed: readonly string[] = []): boolean {
  if (!ipaddr.isValid(address)) return false;
  // an IPv4 address in IPv6 clothes is what it is
  const target = ipaddr.process(address);
  if (allowed.some((network) => isWithin(target, network))) return true;
  return target.range() === 'unicast' && !METADATA.has(target.toString());
}

function isWithin(target: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean {
  const [base, bits] = network.includes('/') ? ipaddr.parseCIDR(network) : whole(network);
  return base.kind() === target.kind() && target.match(base, bits);
}

function whole(address: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  const parsed = ipaddr.parse(address);
  return [parsed, parsed.kind() === 'ipv4' ? 32 : 128];
}
