import type { Fleet } from './fleet.js';
import type { TroubleLog } from './trouble-log.js';

interface Entry {
  uuid: string;
  seq: number;
  type: string;
  reason: string | null;
}

/** What WhatsApp or the network does, and what the platform does: nothing else happened. */
const EXPECTED_REASONS = ['connection_lost', 'timed_out', 'bad_session', 'platform_stopped'];

export interface JournalAccount {
  /** how often connections were closed, by reason */
  closed: Record<string, number>;
  opened: number;
  findings: string[];
}

/** Whether the journal tells only of what happened. */
export async function examineJournal(fleet: Fleet, { bereft }: TroubleLog): Promise<JournalAccount> {
  const entries = await fleet.superuser.look<Entry>(
    `SELECT instance_id AS uuid, seq::int, type, data ->> 'reason' AS reason FROM journal WHERE type LIKE 'connection.%' ORDER BY instance_id, seq`,
  );
  const of = (type: string) => entries.filter((entry) => entry.type === type);
  const closed: Record<string, number> = {};
  for (const { reason } of of('connection.closed')) closed[reason ?? 'none'] = (closed[reason ?? 'none'] ?? 0) + 1;
  return {
    closed,
    opened: of('connection.opened').length,
    findings: [...pairedTwice(fleet, of('connection.paired')), ...unexpected(closed), ...blamedOnOthers(bereft, of('connection.closed'))],
  };
}

function pairedTwice({ instances }: Fleet, paired: Entry[]): string[] {
  const odd = instances.filter(({ uuid }) => paired.filter((entry) => entry.uuid === uuid).length !== 1);
  return odd.map(({ id }) => `${id} was not paired exactly once`);
}

const unexpected = (closed: Record<string, number>): string[] =>
  Object.entries(closed).flatMap(([reason, times]) => (EXPECTED_REASONS.includes(reason) ? [] : [`${times} connections were closed with ${reason}, which nobody caused`]));

/** What was connected when its process died or stood still was ended by the platform, so no clock may start. */
function blamedOnOthers(bereft: TroubleLog['bereft'], closed: Entry[]): string[] {
  return bereft.flatMap(({ uuid, seq, by }) => {
    const next = closed.find((entry) => entry.uuid === uuid && entry.seq > seq);
    return next?.reason === 'platform_stopped' ? [] : [`${uuid} was held by a process that was ${by}, and its close says ${next?.reason ?? 'nothing'}`];
  });
}
