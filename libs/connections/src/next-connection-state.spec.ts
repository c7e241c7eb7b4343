import fc from 'fast-check';
import { CONNECTION_STATES, type Reason, REASONS } from '#libs/contracts';
import { CONNECTION_MOVES, type ConnectionChange, type ConnectionFacts, ImpossibleMove, nextConnectionState } from './next-connection-state.js';

const START = new Date('2026-11-23T10:00:00.000Z');
const after = (minutes: number) => new Date(START.getTime() + minutes * 60_000);
const NEW: ConnectionFacts = {
  ...{ state: 'never_paired', since: START, settledState: 'never_paired', settledReason: null, settledSince: START },
  ...{ reasonAt: null, pairingSince: null, tryingSince: null },
};
const closed = (reason: Reason, code: number | null = null, final = false): ConnectionChange => ({ kind: 'closed', reason, code, until: null, final });

/** Follows changes, each so many minutes after START. */
function follow(facts: ConnectionFacts, ...changes: [number, ConnectionChange | Exclude<ConnectionChange['kind'], 'closed'>][]) {
  const journalled: string[] = [];
  for (const [minutes, change] of changes) {
    const next = nextConnectionState(facts, typeof change === 'string' ? { kind: change } : change, after(minutes));
    facts = next.facts;
    if (next.closed) journalled.push(next.closed.reason);
  }
  return { ...facts, journalled };
}
const PAIRED = [[0, 'pairing'], [1, 'paired'], [1, 'connecting'], [2, 'opened']] as [number, 'pairing'][];
const { journalled: _none, ...CONNECTED } = follow(NEW, ...PAIRED);

describe('a connection', () => {
  it('is paired, then connected', () => {
    expect(follow(NEW, ...PAIRED)).toMatchObject({ state: 'connected', settledState: 'connected', settledReason: null, since: after(2), journalled: [] });
  });

  it('is never paired again when nobody scanned', () => {
    expect(follow(NEW, [0, 'pairing'], [5, 'pairing_expired'])).toMatchObject({ state: 'never_paired', settledState: 'never_paired', pairingSince: null });
  });

  it('stays logged out while somebody tries to pair it anew, and after nobody scanned', () => {
    const lost: Parameters<typeof follow>[1][] = [[10, closed('logged_out', 401)], [60, 'pairing']];
    expect(follow(CONNECTED, ...lost)).toMatchObject({ state: 'pairing', settledState: 'disconnected', settledReason: 'logged_out', settledSince: after(10) });
    expect(follow(CONNECTED, ...lost, [65, 'pairing_expired'])).toMatchObject({ state: 'disconnected', since: after(10), settledReason: 'logged_out' });
  });

  it('was disconnected when it left connected, however many attempts have failed since', () => {
    const attempts = Array.from({ length: 50 }, (_, n) => [[20 + n, 'connecting'], [20 + n, closed('timed_out', 408)]] as [number, 'connecting'][]).flat();
    const seen = follow(CONNECTED, [10, closed('connection_lost', 428)], ...attempts);
    expect(seen).toMatchObject({ state: 'disconnected', since: after(10), settledSince: after(10), settledReason: 'connection_lost' });
    expect(seen.journalled).toEqual(['connection_lost']);
  });

  it('changes its reason when an attempt learns more, and keeps its instant', () => {
    const seen = follow(CONNECTED, [10, closed('connection_lost')], [20, 'connecting'], [20, closed('logged_out', 401)]);
    expect(seen).toMatchObject({ settledReason: 'logged_out', settledSince: after(10), reasonAt: after(20), journalled: ['connection_lost', 'logged_out'] });
  });
});

describe('what the platform stopped', () => {
  const stopped = follow(CONNECTED, [10, closed('platform_stopped')]);

  it('stays so while it cannot reconnect for less than half an hour', () => {
    const seen = follow(stopped, [600, 'connecting'], [601, closed('timed_out')], [620, 'connecting'], [629, closed('timed_out')]);
    expect(seen).toMatchObject({ settledReason: 'platform_stopped', settledSince: after(10), journalled: [] });
  });

  it('has the reason of its attempts after half an hour of them, from then on', () => {
    const seen = follow(stopped, [600, 'connecting'], [601, closed('timed_out')], [620, 'connecting'], [630, closed('timed_out')]);
    expect(seen).toMatchObject({ settledReason: 'timed_out', settledSince: after(630), reasonAt: after(630), journalled: ['timed_out'] });
  });

  it.each<Reason>(['bad_session', 'version_rejected', 'connection_lost', 'timed_out'])('has no other reason while %s may still pass', (reason) => {
    const tried = (minutes: number) => follow(stopped, [600, 'connecting'], [601, closed(reason)], [602, 'connecting'], [600 + minutes, closed(reason)]);
    expect(tried(29)).toMatchObject({ settledReason: 'platform_stopped', settledSince: after(10) });
    expect(tried(30)).toMatchObject({ settledReason: reason, settledSince: after(630) });
  });

  it('is a bad session at once when WhatsApp says so for good', () => {
    expect(follow(stopped, [600, 'connecting'], [600, closed('bad_session', 411, true)])).toMatchObject({ settledReason: 'bad_session', settledSince: after(600) });
  });

  it('has at once the reason that WhatsApp gives, from then on', () => {
    expect(follow(stopped, [600, 'connecting'], [600, closed('banned', 403)])).toMatchObject({ settledReason: 'banned', settledSince: after(600) });
  });
});

describe('a stop by the tenant', () => {
  it.each<[Reason, Reason]>([
    ['connection_lost', 'user_stopped'],
    ['platform_stopped', 'user_stopped'],
    ['bad_session', 'user_stopped'],
    ['logged_out', 'logged_out'],
    ['banned', 'banned'],
    ['replaced', 'replaced'],
  ])('of what is disconnected by %s leaves it %s', (was, is) => {
    expect(follow(CONNECTED, [10, closed(was)], [20, closed('user_stopped')])).toMatchObject({ state: 'disconnected', settledReason: is });
  });

  it('leaves alone what was never paired', () => {
    expect(follow(NEW, [0, 'pairing'], [1, closed('user_stopped')])).toMatchObject({ state: 'never_paired', settledReason: null, journalled: [] });
  });

  it('counts for no clock: what fails after the next start counts from then', () => {
    const seen = follow(CONNECTED, [10, closed('user_stopped')], [1000, 'connecting'], [1031, closed('timed_out')]);
    expect(seen).toMatchObject({ settledReason: 'timed_out', settledSince: after(1031) });
  });
});

describe('whatever happens', () => {
  const change: fc.Arbitrary<ConnectionChange> = fc.oneof(
    fc.constantFrom('pairing', 'connecting', 'paired', 'opened', 'pairing_expired', 'pairing_refused').map((kind) => ({ kind }) as ConnectionChange),
    fc.tuple(fc.constantFrom(...REASONS), fc.boolean()).map(([reason, final]) => closed(reason, null, final)),
  );

  it('the table says where it leads, and what is settled fits', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        let facts = NEW;
        changes.forEach((next, minute) => {
          const to = CONNECTION_MOVES[next.kind][facts.state];
          if (!to) return expect(() => nextConnectionState(facts, next, after(minute))).toThrow(ImpossibleMove);
          const before = facts;
          facts = nextConnectionState(facts, next, after(minute)).facts;
          expect(facts.state).toBe(to === 'settled' ? facts.settledState : to);
          expect(facts.settledReason === null).toBe(facts.settledState !== 'disconnected');
          expect(facts.settledSince.getTime()).toBeGreaterThanOrEqual(before.settledSince.getTime());
        });
      }),
    );
  });

  it('every state can be left by a stop', () => {
    expect(Object.keys(CONNECTION_MOVES.closed).sort()).toEqual([...CONNECTION_STATES].sort());
  });
});
