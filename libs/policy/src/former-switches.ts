/** Two variables of a widely used WhatsApp API, as they stand in the environment of whoever comes from it. */
export interface FormerSwitches {
  /** minutes after which what was not connected was deleted; `false`: never */
  delInstance?: string | undefined;
  /** `true`: a restart deleted what was not connected */
  delTempInstances?: string | undefined;
}

const OFF = ['', 'false', '0', 'no', 'off'];
const DAY_MINUTES = 24 * 60;
const MORE = 'Why, and how to move: docs/moving.md.';

/** What each of them meant, that nobody heeds it here, and the rules that would say the same. Empty when none is set. */
export function describeFormerSwitches({ delInstance, delTempInstances }: FormerSwitches): string[] {
  return [
    ...(delInstance === undefined ? [] : [describe('DEL_INSTANCE', delInstance, `delete every instance that was not connected for ${delInstance} minutes`, minutesOf(delInstance))]),
    ...(delTempInstances === undefined ? [] : [describe('DEL_TEMP_INSTANCES', delTempInstances, 'delete every instance that was not connected at a restart', DAY_MINUTES)]),
  ];
}

function describe(name: string, value: string, meaning: string, minutes: number): string {
  if (OFF.includes(value.trim().toLowerCase())) return `${name}=${value} is ignored: nothing removes an instance here unless the rules of its tenant say so. ${MORE}`;
  return `${name}=${value} is ignored. Elsewhere it meant: ${meaning}. Here no switch of a process decides about instances; a tenant's rules that would say the same, in a version that removes nothing yet: ${rulesFor(minutes)} ${MORE}`;
}

/** As a document to be saved; simulated first, and archived before anything is removed. */
function rulesFor(minutes: number): string {
  const after = `PT${Math.max(minutes, DAY_MINUTES)}M`;
  const purge = { after: `PT${Math.max(minutes, DAY_MINUTES) + DAY_MINUTES}M`, grace: 'P1D' };
  const rule = { id: 'not-connected', kind: 'act', priority: 10, match: { connection: ['disconnected', 'never_paired'] }, clock: 'latest', archive: { after }, purge };
  return JSON.stringify({ schema: 'retention/v1', mode: 'simulate', rules: [rule] });
}

function minutesOf(value: string): number {
  const minutes = Number.parseInt(value, 10);
  return Number.isSafeInteger(minutes) && minutes > 0 ? Math.min(minutes, 3_650 * DAY_MINUTES - DAY_MINUTES) : DAY_MINUTES;
}
