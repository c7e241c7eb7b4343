import fc from 'fast-check';
import { describeClose, OtherNumber, SocketEnded } from './describe-close.js';
import { type NextStep, planReconnect, type SocketClose } from './plan-reconnect.js';

const close = (code: number | null, more: Partial<SocketClose> = {}): SocketClose => ({
  ...{ code, qrEnded: false, otherNumber: false, networkFault: false, expiresInSeconds: null, ...more },
});
const paired = { paired: true, attempts: 1, flaps: 0 };
const retry = (reason: string, delayMs: number, bannedForMs: number | null = null) => ({ step: 'retry', reason, delayMs, bannedForMs }) as NextStep;
const HALF = 0.5;

describe('after a close', () => {
  it.each<[string, SocketClose, NextStep]>([
    ['the phone unlinked the device', close(401), { step: 'stop', reason: 'logged_out', revoke: true }],
    ['a temporary ban waits for its end', close(402, { expiresInSeconds: 3600 }), retry('banned', 3_600_500, 3_600_000)],
    ['a temporary ban without an end waits an hour', close(402), retry('banned', 3_600_500, 3_600_000)],
    ['a ban stops, and revokes nothing', close(403), { step: 'stop', reason: 'banned', revoke: false }],
    ['an outdated version is tried slowly', close(405), retry('version_rejected', 900_000)],
    ['a multi-device mismatch needs the user', close(411), { step: 'stop', reason: 'bad_session', revoke: false }],
    ['another client took the session over', close(440), { step: 'stop', reason: 'replaced', revoke: false }],
    ['a bad session is tried again, credentials untouched', close(500), retry('bad_session', 500)],
    ['WhatsApp asks for a restart', close(515), { step: 'reconnect' }],
    ['no answer in time', close(408), retry('timed_out', 500)],
    ['the connection was refused', close(408, { networkFault: true }), retry('connection_lost', 500)],
    ['the line was cut', close(428), retry('connection_lost', 500)],
    ['WhatsApp is not available', close(503), retry('connection_lost', 500)],
    ['nothing said why', close(null), retry('connection_lost', 500)],
    ['a code nobody has seen', close(777), retry('connection_lost', 500)],
    ['nobody scanned', close(408, { qrEnded: true }), { step: 'expire_pairing' }],
    ['a phone with another number scanned', close(null, { otherNumber: true }), { step: 'refuse_pairing' }],
  ])('%s', (_sentence, how, next) => {
    expect(planReconnect(how, paired, HALF)).toEqual(next);
  });

  it('a refused login of a device that WhatsApp never accepted is no logout', () => {
    expect(planReconnect(close(401), { paired: false, attempts: 1, flaps: 0 }, HALF)).toEqual({ step: 'expire_pairing' });
  });

  it('a server that asks for nothing but restarts is not hammered', () => {
    expect(planReconnect(close(515), { paired: true, attempts: 4, flaps: 0 }, HALF)).toMatchObject({ step: 'retry' });
  });
});

describe('the network', () => {
  const networkCode = fc.constantFrom(null, 408, 428, 500, 503, 504, 1006);
  const attempts = fc.nat(100_000);
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('never ends the attempts and never touches credentials, however long it is away', () => {
    fc.assert(
      fc.property(networkCode, attempts, random, (code, failed, r) => {
        expect(planReconnect(close(code), { paired: true, attempts: failed, flaps: 0 }, r).step).toBe('retry');
      }),
    );
  });

  it('is asked at a bounded rate, by every instance at a time of its own', () => {
    fc.assert(
      fc.property(networkCode, attempts, random, (code, failed, r) => {
        const next = planReconnect(close(code), { paired: true, attempts: failed, flaps: 0 }, r);
        const longest = Math.min(120_000, 1_000 * 2 ** Math.max(0, failed - 1));
        expect(next).toMatchObject({ delayMs: Math.floor(r * longest) });
      }),
    );
  });
});

describe('a line that drops again and again', () => {
  it.each([
    [1, 1_000],
    [5, 1_000],
    [6, 2_000],
    [8, 8_000],
    [99, 120_000],
  ])('for the %i. time without having held is tried again within %i ms', (flaps, longest) => {
    expect(planReconnect(close(428), { paired: true, attempts: 0, flaps }, HALF)).toMatchObject({ delayMs: longest / 2 });
  });
});

describe('what an error says', () => {
  const boom = (statusCode: number, data?: object, message = '') => ({ message, output: { statusCode }, data });

  it.each<[string, unknown, Partial<SocketClose>]>([
    ['a refused login carries when the ban ends', boom(402, { reason: '402', expire: '3600' }), { code: 402, expiresInSeconds: 3600 }],
    ['a refused connection is a fault of the network', boom(408, { code: 'ECONNREFUSED' }), { code: 408, networkFault: true }],
    ['no answer is none', boom(408, { code: 'ETIMEDOUT' }), { code: 408, networkFault: false }],
    ['the QR codes ran out', boom(408, undefined, 'QR refs attempts ended'), { qrEnded: true }],
    ['a phone of another number', new OtherNumber(), { code: null, otherNumber: true }],
    ['our own deadline', new SocketEnded('too long', 408), { code: 408, networkFault: false, qrEnded: false }],
    ['an error from nowhere', new Error('x'), { code: null }],
    ['nothing at all', undefined, { code: null }],
  ])('%s', (_sentence, error, expected) => {
    expect(describeClose(error)).toMatchObject(expected);
  });
});
