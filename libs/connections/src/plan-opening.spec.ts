import fc from 'fast-check';
import { SETTLED_STATES } from '#libs/contracts';
import { type Opening, type OpeningFacts, PAIRING_MS, planOpening } from './plan-opening.js';

const facts = (more: Partial<OpeningFacts>): OpeningFacts => ({ settledState: 'never_paired', credentials: 'none', revoked: false, pairingForMs: null, ...more });

describe('an instance that should run', () => {
  it.each<[string, Partial<OpeningFacts>, Opening]>([
    ['pairs when it never was', {}, 'pair'],
    ['logs in with what it was paired with', { settledState: 'disconnected', credentials: 'complete' }, 'login'],
    ['pairs anew when its credentials are revoked', { settledState: 'disconnected', credentials: 'complete', revoked: true }, 'pair'],
    ['throws unfinished credentials away', { credentials: 'unfinished' }, 'pair'],
    ['goes on pairing', { pairingForMs: PAIRING_MS - 1 }, 'pair'],
    ['gives pairing up in time', { pairingForMs: PAIRING_MS }, 'expire_pairing'],
    ['is broken when it was paired and nothing is stored', { settledState: 'disconnected' }, 'broken'],
    ['is broken when it was paired and what is stored was never accepted', { settledState: 'disconnected', credentials: 'unfinished' }, 'broken'],
  ])('%s', (_sentence, given, opening) => {
    expect(planOpening(facts(given))).toBe(opening);
  });

  it('never pairs in the place of credentials that still hold', () => {
    const any = fc.record({
      settledState: fc.constantFrom(...SETTLED_STATES),
      credentials: fc.constantFrom('none' as const, 'unfinished' as const, 'complete' as const),
      revoked: fc.boolean(),
      pairingForMs: fc.option(fc.nat(2 * PAIRING_MS)),
    });
    fc.assert(
      fc.property(any, (given) => {
        const holds = !given.revoked && (given.credentials === 'complete' || given.settledState !== 'never_paired');
        if (holds) expect(['login', 'broken']).toContain(planOpening(given));
      }),
    );
  });
});
