import fc from 'fast-check';
import { type Deed, Doing, inTurn } from './command.js';
import * as others from './deeds-of-others.js';
import * as people from './deeds-of-people.js';
import { EVERY_TRY, tryFromOutside } from './strangers.js';
import { previewAndSweep } from './preview-and-sweep.js';
import { DOCUMENTS, type Rules } from './documents.js';
import * as sessions from './sessions.js';

const place = fc.nat({ max: 2 });
const done = (deeds: fc.Arbitrary<Deed>) => deeds.map((deed) => new Doing(deed));
const one = (deed: (place: number) => Deed) => done(place.map(deed));
const plain = (deed: Deed) => done(fc.constant(deed));
const key = fc.constantFrom('plan', 'legal');

/** What brings something about is drawn more often than what stands in its way. */
const LEADING = [
  ...[plain(others.sweep()), plain(previewAndSweep()), one(people.confirmDeletion)],
  ...[plain(inTurn(others.advance(90), previewAndSweep())), plain(inTurn(others.advance(90), others.sweep())), plain(inTurn(others.advance(1500), previewAndSweep()))],
  done(fc.tuple(place, fc.constantFrom(401 as const, 440 as const)).map(([n, code]) => inTurn(sessions.connect(n), sessions.disconnect(n, code), others.advance(90), others.sweep()))),
];

const BESIDE = [
  ...[one((n) => inTurn(people.approve(n), others.advance(90), others.sweep())), plain(inTurn(people.decideRun('release'), previewAndSweep()))],
  done(fc.constantFrom<Record<string, string>>({}, { plan: 'free' }).map(people.create)),
  ...[one(sessions.connect), one(sessions.connect), plain(people.activate('rules that remove')), done(fc.constantFrom(...(Object.keys(DOCUMENTS) as Rules[])).map(people.activate))],
  done(fc.tuple(place, fc.constantFrom(401 as const, 403 as const, 428 as const, 440 as const)).map(([n, code]) => sessions.disconnect(n, code))),
  done(fc.constantFrom(30 as const, 90 as const, 1500 as const).map(others.advance)),
  ...[one(people.rename), one(people.archive), one(people.restore), one(people.clearOverride), one(people.holdInstance), one(people.cancelDeletion)],
  ...[one(people.approve), one(people.cancelPurge), one(people.release), one(sessions.stop), one(others.wake), one(others.erase)],
  ...[true, false].map((is) => one((n) => people.protect(n, is))),
  ...(['PT1H', 'P3D'] as const).map((after) => one((n) => people.setOverride(n, after))),
  done(fc.tuple(place, key, fc.constantFrom('yes', null)).map(([n, label, value]) => people.label(n, label, value))),
  done(key.map(people.holdLabel)),
  ...[plain(people.holdTenant()), plain(people.decideRun('release')), plain(people.decideRun('cancel')), plain(others.sweepTwice())],
  ...[plain(others.kill(true)), plain(others.kill(false)), plain(others.holdPlatform()), plain(others.releasePlatform())],
  ...[plain(others.suspend(true)), plain(others.suspend(false)), one(people.approveOneself)],
  done(fc.tuple(place, fc.constantFrom(...EVERY_TRY)).map(([n, what]) => tryFromOutside(n, what))),
];

const PURGING: Rules[] = ['rules that remove', 'rules that archive and remove', 'rules that want an approval', 'rules that give notice', 'rules with a limit', 'rules with a limit of a day', 'deletions that want an approval'];
const ANY: readonly Rules[] = [...PURGING, 'rules that remove', 'no rules'];

/** Two that were connected and are so no longer, under some rules, an hour and a half ago: whoever begins with nothing hardly ever gets to a removal. */
export const prologue = (under: readonly Rules[] = ANY) =>
  fc.constantFrom(...under).map((rules) =>
    [
      ...[people.activate(rules), people.create({ plan: 'free' }), people.create({})],
      ...[sessions.connect(0), sessions.connect(1), sessions.disconnect(0, 401), sessions.disconnect(1, 440)],
      ...[others.advance(90), others.sweep()],
    ].map((deed) => new Doing(deed)),
  );

export const COMMANDS = [...LEADING, ...LEADING, ...LEADING, ...LEADING, ...BESIDE];
