import type { Reason } from '#libs/contracts';
import type { LockedConnection } from './connections.repository.js';

export type StopReason = Extract<Reason, 'user_stopped' | 'platform_stopped'>;
type Standing = Pick<LockedConnection, 'shouldRun' | 'suspended' | 'archived' | 'facts'>;

/** Whether nothing is to be connected any more because a person stopped it, or it was archived. */
export const isStopped = ({ shouldRun, suspended }: Pick<Standing, 'shouldRun' | 'suspended'>): boolean => !shouldRun && !suspended;

/**
 * Why a session that we end is over. Who was stopped has been stopped by its user, whoever ends it: nobody connects it again, and what
 * the platform stopped would stay so for ever. An archive ends attempts, and says nothing about why it was disconnected before them.
 */
export function chooseStopReason(standing: Standing, asked: StopReason): StopReason {
  if (!isStopped(standing)) return asked;
  return standing.archived && standing.facts.settledState !== 'connected' ? 'platform_stopped' : 'user_stopped';
}
