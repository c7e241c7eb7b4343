import { ENVIRONMENTS, type Environment, type NodeId } from '#libs/contracts';
import { apportion, sum } from './apportion.js';

/** How many instances of each environment. */
export type Held = Record<Environment, number>;

/** A node whose lease holds, as all others see it. */
export interface SharingNode {
  id: NodeId;
  capacity: number;
  /** of which instances it can reach the server */
  environments: readonly Environment[];
  held: Held;
  /** it gives away all it has */
  draining: boolean;
  /** its loop comes round; a node that stands still keeps what it has, and nobody waits for it to take more */
  takes: boolean;
}

export const totalOf = (held: Held): number => sum(ENVIRONMENTS.map((environment) => held[environment]));

/**
 * How many instances each node may hold of those that should run, by capacity. The shares add up to what should run, as far as there is
 * room for it. Test instances are divided first: not every node can reach a sandbox, and all can reach WhatsApp.
 */
export function fairShares(nodes: readonly SharingNode[], wanted: Held): Map<NodeId, Held> {
  const still = nodes.filter(({ draining, takes }) => !draining && !takes);
  const sharing = nodes.filter(({ draining, takes }) => !draining && takes).sort((a, b) => (a.id < b.id ? -1 : 1));
  const left = (environment: Environment) => Math.max(0, wanted[environment] - sum(still.map(({ held }) => held[environment])));

  const test = apportion(sharing.map((node) => ({ weight: serves(node, 'test') ? node.capacity : 0, atLeast: 0 })), left('test'));
  const live = sharing.map((node) => serves(node, 'live'));
  const parts = sharing.map(({ capacity }, n) => ({ weight: live[n] ? capacity : test[n]!, atLeast: test[n]! }));
  const total = apportion(parts, sum(test) + left('live'));

  const shares = sharing.map(({ id }, n): [NodeId, Held] => [id, { test: test[n]!, live: total[n]! - test[n]! }]);
  const none = nodes.filter(({ draining }) => draining).map(({ id }): [NodeId, Held] => [id, { live: 0, test: 0 }]);
  return new Map([...none, ...still.map(({ id, held }): [NodeId, Held] => [id, held]), ...shares]);
}

const serves = ({ environments }: SharingNode, environment: Environment): boolean => environments.includes(environment);

/** How many more the other nodes have room for, beyond what is due already and what of it they could open. */
export function roomElsewhere(me: NodeId, nodes: readonly SharingNode[], shares: ReadonlyMap<NodeId, Held>, due: Held): number {
  const others = nodes.filter(({ id }) => id !== me);
  const forTest = roomOf(others.filter((node) => serves(node, 'test')), shares);
  return Math.max(0, roomOf(others, shares) - due.live - Math.min(due.test, forTest));
}

/**
 * How many test instances could be opened here if as many live ones went where there is no sandbox: those that are due, that no other node
 * has room for, and that do not drive anybody out for good.
 */
export function crampedAt(me: NodeId, nodes: readonly SharingNode[], shares: ReadonlyMap<NodeId, Held>, due: Held): number {
  const others = nodes.filter(({ id }) => id !== me);
  const here = roomOf(others.filter((node) => serves(node, 'test')), shares);
  const elsewhere = roomOf(others.filter((node) => !serves(node, 'test')), shares);
  return Math.max(0, Math.min(due.test - here, elsewhere - due.live));
}

const roomOf = (nodes: SharingNode[], shares: ReadonlyMap<NodeId, Held>): number =>
  sum(nodes.map(({ id, held }) => Math.max(0, totalOf(shares.get(id)!) - totalOf(held))));
