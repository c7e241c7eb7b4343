import { BadFault } from '../sandbox.errors.js';
import { type FaultKind, type FaultField, termsOf } from '../server/fault-kinds.js';

/** A fault as it is asked for. */
export interface Fault {
  kind: FaultKind;
  /** absent: every phone of the tenant */
  phoneNumber?: string;
  /** how long it lasts, for kinds that last */
  seconds?: number;
  code?: number;
  milliseconds?: number;
  percent?: number;
}

const DEFAULT_SECONDS = 60;
const FIELDS: FaultField[] = ['code', 'milliseconds', 'percent'];

/** The fault with everything that it did not say: null where its kind has no such thing. @throws BadFault naming the field */
export function checkFault(fault: Fault): Required<{ [F in FaultField]: number | null }> & { seconds: number | null } {
  const { canBeAimed } = termsOf(fault.kind);
  if (!canBeAimed && fault.phoneNumber !== undefined) throw new BadFault('/phoneNumber', 'does not belong to this kind: it cannot be aimed at one phone');
  const [code = null, milliseconds = null, percent = null] = FIELDS.map((field) => valueOf(field, fault));
  return { code, milliseconds, percent, seconds: secondsOf(fault) };
}

function valueOf(field: FaultField, fault: Fault): number | null {
  const { takes } = termsOf(fault.kind);
  const given = fault[field];
  if (takes?.field !== field) {
    if (given !== undefined) throw new BadFault(`/${field}`, 'does not belong to this kind');
    return null;
  }
  const value = given ?? takes.default;
  if (value === undefined) throw new BadFault(`/${field}`, 'is needed for this kind');
  return value;
}

function secondsOf({ kind, seconds }: Fault): number | null {
  const { lasts } = termsOf(kind);
  if (lasts === 'while') return seconds ?? DEFAULT_SECONDS;
  if (lasts === 'once' && seconds !== undefined) throw new BadFault('/seconds', 'does not belong to this kind: it happens once');
  return seconds ?? null;
}
