import { type InstanceId, isId } from '#libs/contracts';
import { type FieldFault, InvalidRequest } from '#libs/platform';
import { type HoldScope, type LabelSelector, parseSelector } from '#libs/retention';
import type { PlaceHoldDto } from './hold.dto.js';

/** What a hold is placed on. */
export interface HoldTarget {
  scope: HoldScope;
  instanceId: InstanceId | null;
  selector: LabelSelector | null;
}

/** @throws InvalidRequest when the request names too much or too little for its scope */
export function holdTarget({ scope, instanceId, selector }: PlaceHoldDto): HoldTarget {
  const faults = [...faultOf('instanceId', instanceId, scope === 'instance'), ...faultOf('selector', selector, scope === 'selector')];
  if (faults.length > 0) throw new InvalidRequest(faults);
  if (instanceId !== undefined && !isId('ins', instanceId)) throw new InvalidRequest([{ pointer: '/instanceId', detail: 'is not the id of an instance' }]);
  return { scope, instanceId: instanceId ?? null, selector: selector === undefined ? null : parseSelector(selector) };
}

function faultOf(field: string, value: string | undefined, wanted: boolean): FieldFault[] {
  if ((value !== undefined) === wanted) return [];
  return [{ pointer: `/${field}`, detail: wanted ? `must be given with the scope ${field === 'selector' ? 'selector' : 'instance'}` : 'does not go with this scope' }];
}
