import { setTimeout as sleep } from 'node:timers/promises';
import { CONNECTS_PER_SECOND, type Fleet } from './fleet.js';

export interface Recovery {
  /** from the end of the last fault until every instance was connected; null: they are not */
  ms: number | null;
  /** how long that may take */
  boundMs: number;
  /** how long the last of the next attempts was away: lines that often fell slow down */
  longestRetryMs: number;
  /** what is known of those that did not come back */
  stragglers: object[];
}

/** A silent line is given up after this, and an attempt that found no answer too. */
const NOTICED_MS = 20_000;
/** A login, on a machine that has all of them and the phones to do. */
const LOGIN_MS = 15_000;
const LOOK_EVERY_MS = 100;

/**
 * Every fault ends, and at that moment everybody loses their line once more. From then on nothing goes wrong: what the fleet may wait for is what
 * it has planned by the time that silent lines are noticed, and the pace of one process.
 */
export async function recover(fleet: Fleet): Promise<Recovery> {
  await fleet.phones.delete('/v1/sandbox/faults');
  await fleet.phones.post('/v1/sandbox/faults', { kind: 'storm', percent: 100 });
  const began = performance.now();
  const [total, paceMs] = [fleet.instances.length, (fleet.instances.length * 1_000) / CONNECTS_PER_SECOND];
  let longestRetryMs = 0;
  for (;;) {
    const elapsed = performance.now() - began;
    if (elapsed < NOTICED_MS) longestRetryMs = Math.max(longestRetryMs, elapsed + (await msToLastRetry(fleet)));
    const boundMs = Math.round(Math.max(NOTICED_MS, longestRetryMs) + paceMs + LOGIN_MS);
    const isWhole = (await fleet.connected()) === total && (await fleet.loggedIn()) === total;
    if (isWhole || elapsed > boundMs) {
      const stragglers = isWhole ? [] : await stragglersOf(fleet);
      return { ms: isWhole ? Math.round(elapsed) : null, boundMs, longestRetryMs: Math.round(longestRetryMs), stragglers };
    }
    await sleep(LOOK_EVERY_MS);
  }
}

async function msToLastRetry({ superuser }: Fleet): Promise<number> {
  const [row] = await superuser.look<{ ms: number | null }>(`SELECT (extract(epoch FROM max(retry_at) - clock_timestamp()) * 1000)::float8 AS ms FROM connections`);
  return Math.max(0, row!.ms ?? 0);
}

function stragglersOf({ superuser }: Fleet): Promise<object[]> {
  return superuser.look(
    `SELECT c.instance_id, c.phone_number, state, reason, attempts, flaps, halted_seq, owner_node, retry_at - clock_timestamp() AS retry_in, clock_timestamp() - since AS since,
            last_close_reason, last_close_code, EXISTS (SELECT 1 FROM nodes n WHERE n.id = owner_node AND lease_until > clock_timestamp()) AS owner_alive
     FROM connections c WHERE state <> 'connected'`,
  );
}
