import fc from 'fast-check';
import { propertyRuns } from '../test/property-runs.js';
import { compileWindows } from './compile-windows.js';
import { DAY } from './parse-duration.js';
import { WEEKDAYS, type RemovalWindow } from './retention-document.js';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;

describe('a window', () => {
  const nights: RemovalWindow = { days: ['SUN'], from: '02:00', to: '03:00' };

  it.each<[string, string, boolean]>([
    ['is closed one millisecond before it begins', '2026-11-23T04:59:59.999Z', false],
    ['is open on the millisecond it begins', '2026-11-23T05:00:00.000Z', true],
    ['is open one millisecond before it ends', '2026-11-23T07:59:59.999Z', true],
    ['is closed on the millisecond it ends', '2026-11-23T08:00:00.000Z', false],
    ['is closed on another day', '2026-11-24T06:00:00.000Z', false],
  ])('of local wall time %s', (_sentence, at, open) => {
    const windows = compileWindows([{ days: ['MON'], from: '02:00', to: '05:00' }], 'America/Sao_Paulo');
    expect(windows.isOpen(Date.parse(at))).toBe(open);
  });

  it('to 24:00 lasts until the day is over', () => {
    const windows = compileWindows([{ days: ['MON'], from: '23:00', to: '24:00' }], 'UTC');
    expect(windows.isOpen(Date.parse('2026-11-23T23:59:59.999Z'))).toBe(true);
    expect(windows.isOpen(Date.parse('2026-11-24T00:00:00.000Z'))).toBe(false);
  });

  it('at a time that a change of the clocks skips opens a week later', () => {
    const berlin = compileWindows([nights], 'Europe/Berlin');
    expect(berlin.nextOpening(Date.parse('2026-03-28T12:00:00Z'))).toBe(Date.parse('2026-04-05T00:00:00Z'));
  });

  it('at a time that comes twice opens twice', () => {
    const berlin = compileWindows([{ ...nights, to: '02:30' }], 'Europe/Berlin');
    expect(berlin.nextOpening(Date.parse('2026-10-24T12:00:00Z'))).toBe(Date.parse('2026-10-25T00:00:00Z'));
    expect(berlin.nextOpening(Date.parse('2026-10-25T00:30:00Z'))).toBe(Date.parse('2026-10-25T01:00:00Z'));
  });

  it('opens in the middle when the clocks jump into it', () => {
    const berlin = compileWindows([{ ...nights, to: '04:00' }], 'Europe/Berlin');
    expect(berlin.nextOpening(Date.parse('2026-03-28T12:00:00Z'))).toBe(Date.parse('2026-03-29T01:00:00Z'));
  });

  it('on a day that a country skipped opens a week later', () => {
    const apia = compileWindows([{ days: ['FRI'], from: '10:00', to: '11:00' }], 'Pacific/Apia');
    expect(apia.nextOpening(Date.parse('2011-12-29T12:00:00Z'))).toBe(Date.parse('2012-01-05T20:00:00Z'));
  });
});

describe('windows in six time zones', () => {
  const zones = ['America/Sao_Paulo', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Cairo'];
  // Sao Paulo changed its clocks at midnight in 2018; the others around these days too, and far from them.
  const anchors = ['2018-11-04', '2018-02-18', '2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01', '2026-10-04', '2026-04-05', '2026-04-24', '2026-07-01'];
  const instant = fc
    .tuple(fc.constantFrom(...anchors), fc.integer({ min: -2 * 1_440, max: 2 * 1_440 }), fc.constantFrom(-1, 0, 1))
    .map(([day, minutes, millis]) => Date.parse(day) + minutes * MINUTE + millis);
  const time = fc.integer({ min: 0, max: 95 }).map((quarter) => clock(quarter * 15));
  const window = fc
    .record({ days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }), from: time, to: fc.oneof(time, fc.constant('24:00')) })
    .filter(({ from, to }) => from < to);
  const runs = { numRuns: propertyRuns(200) };

  it.each(zones)('of %s are open by what the wall clock there says', (zone) => {
    const property = fc.property(fc.array(window, { minLength: 1, maxLength: 3 }), instant, (windows, at) => {
      expect(compileWindows(windows, zone).isOpen(at)).toBe(wallClockIsInside(windows, zone, at));
    });
    fc.assert(property, runs);
  });

  it.each(zones)('of %s open next at the first quarter of an hour at which the wall clock is inside', (zone) => {
    const property = fc.property(fc.array(window, { minLength: 1, maxLength: 2 }), instant, (windows, at) => {
      const compiled = compileWindows(windows, zone);
      expect(compiled.nextOpening(at)).toBe(firstOpen(compiled.isOpen, at));
    });
    fc.assert(property, runs);
  });
});

/** An independent answer: what the platform's own calendar prints. */
function wallClockIsInside(windows: RemovalWindow[], timeZone: string, at: number): boolean {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const time = `${part.hour}:${part.minute}`;
  return windows.some(({ days, from, to }) => (days as string[]).includes(part.weekday!.toUpperCase()) && from <= time && time < to);
}

/** Step by step: the windows of this test, and every change of the clocks, begin on a quarter of an hour. */
function firstOpen(isOpen: (at: number) => boolean, from: number): number {
  let at = from;
  while (!isOpen(at) && at < from + 15 * DAY) at += QUARTER - (at % QUARTER);
  return at;
}

function clock(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return `${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}
