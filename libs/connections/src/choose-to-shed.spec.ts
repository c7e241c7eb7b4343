import { chooseToShed } from './choose-to-shed.js';

const session = (name: string, activeAt = -Infinity, connected = true, environment: 'live' | 'test' = 'live') => ({ name, activeAt, connected, claim: { environment } });
const names = (some: { name: string }[]) => some.map(({ name }) => name);

describe('the sessions that move to another node', () => {
  const sessions = [session('old'), session('busy', 900), session('pairing', -Infinity, false), session('calm', 100), session('young'), session('sandbox', 0, true, 'test')];

  it('are the least busy, and of these the youngest; none that is pairing or logging in', () => {
    expect(names(chooseToShed(sessions, { live: 3, test: 0 }))).toEqual(['young', 'old', 'calm']);
    expect(names(chooseToShed(sessions, { live: 9, test: 0 }))).toEqual(['young', 'old', 'calm', 'busy']);
  });

  it('are of the environment that has too many', () => {
    expect(names(chooseToShed(sessions, { live: 0, test: 5 }))).toEqual(['sandbox']);
  });
});
