import type { Problem } from '#libs/platform';
import type { RetentionFacts } from '#libs/retention';
import { InstanceConnected, InstanceNotActive, InstancePairing } from './policy.errors.js';

/** Why a person cannot archive it as it is; null: nothing speaks against it. */
export function archiveRefusal({ instanceId, lifecycle, settledState, desiredState, pairingSince }: RetentionFacts): Problem | null {
  if (lifecycle !== 'active') return new InstanceNotActive(lifecycle);
  if (settledState === 'connected' && desiredState === 'running') return new InstanceConnected(instanceId);
  if (pairingSince !== null && desiredState === 'running') return new InstancePairing(instanceId);
  return null;
}
