import type { ComparedInstance, Difference } from '#libs/audit';

/** A line for each difference; none for what is as it should be. */
export function describeCompared({ tenantId, instanceId, comparison }: ComparedInstance): string[] {
  const instance = `${instanceId} of ${tenantId}`;
  if (comparison === null) return [`${instance} cannot be checked: the journal says nothing of it`];
  return comparison.map((difference) => `${instance}: ${describe(difference)}`);
}

function describe({ field, replayed, present }: Difference): string {
  if (field === 'journal') return `its journal contradicts itself: ${String(replayed)}`;
  if (field === 'instance') return `it is not there; by its journal it is ${String(replayed)}`;
  return `${field} is ${JSON.stringify(present)}; by its journal it is ${JSON.stringify(replayed)}`;
}
