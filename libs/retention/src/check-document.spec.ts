import fc from 'fast-check';
import { propertyRuns } from '../test/property-runs.js';
import { actRule, documentOf, retainRule } from '../test/retention-case.js';
import { checkDocument } from './check-document.js';
import { NO_RULES } from './retention-document.js';

const purge = { after: 'P60D', grace: 'P7D' };
const banned = { reason: ['banned'] };
const forTest = { environment: ['test'], connection: ['disconnected'] };

const EQUALITY = [
  ...[0, 1].flatMap((i) => [
    ...['days', 'from', 'to'].map((key) => `/windows/${i}/${key} is missing`),
    `/windows/${i}/valueOf is not known here; known are days, from, to`,
  ]),
  ...[0, 1].map((i) => `/exempt/labels/${i} must be a label selector such as "vip", "legal=*" or "legal=x", of at most 192 characters`),
];

/** The faults as `pointer detail`. */
function faultsOf(document: unknown): string[] {
  return checkDocument(document).map(({ pointer, detail }) => `${pointer} ${detail}`);
}

function withRule(rule: object): unknown {
  return { ...documentOf(), rules: [{ ...actRule(), ...rule }] };
}

describe('a rule document', () => {
  it('may say everything that rules are made of', () => {
    const document = {
      schema: 'retention/v1',
      mode: 'simulate',
      timezone: 'America/Sao_Paulo',
      windows: [{ days: ['MON', 'TUE'], from: '02:00', to: '05:00' }, { days: ['SUN'], from: '00:00', to: '24:00' }],
      limits: { maxPerRun: 25, maxPercentPerRun: 5, maxPer24h: 50 },
      notice: { before: 'P3D', channels: ['webhook'] },
      approvals: { purge: 1 },
      deletion: { grace: 'P7D', approvals: 0 },
      messages: { keep: 'P90D', media: { keep: 'P30D' } },
      exempt: { labels: ['vip', 'legal=*', 'legal=x', 'note='] },
      rules: [
        retainRule({ id: 'keep-enterprise', match: { labels: { plan: 'enterprise' } }, for: 'P365D' }),
        actRule({ id: 'never-paired', priority: 1, match: { connection: ['never_paired'] }, clock: 'createdAt', purge }),
        actRule({ id: 'logged-out', priority: 2, match: { reason: ['logged_out', 'replaced'] }, archive: { after: 'P14D' }, purge }),
        { ...actRule({ id: 'sandbox', priority: 3, archive: { after: 'PT20S' }, purge: { after: 'PT2M', grace: 'PT10S' } }), match: forTest },
        actRule({ id: 'old-names', priority: 4, match: { namePrefix: 'old-', createdBefore: '2026-01-01T00:00:00Z' }, archive: { after: 'P30D' } }),
      ],
    };
    expect(checkDocument(document)).toEqual([]);
  });

  it('may say nothing at all', () => {
    expect(checkDocument(NO_RULES)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['is not an object', [], [' must be a JSON object']],
    ['is nothing', undefined, [' must be a JSON object']],
    ['lacks what it must have', {}, ['/schema is missing', '/mode is missing', '/rules is missing']],
    ['is of another schema', { ...documentOf(), schema: 'retention/v2' }, ['/schema must be "retention/v1"']],
    ['has another mode', { ...documentOf(), mode: 'on' }, ['/mode must be one of "off", "simulate", "enforce"']],
    [
      'has a key that is not known',
      { ...documentOf(), limits: { maxPerDay: 1 } },
      ['/limits/maxPerDay is not known here; known are maxPerRun, maxPercentPerRun, maxPer24h'],
    ],
    [
      'has a key that needs escaping',
      { ...documentOf(), approvals: { purge: 0, 'a/b~c': 1 } },
      ['/approvals/a~1b~0c is not known here; known are purge'],
    ],
    ['brings its own idea of equality', { ...documentOf(), windows: [{ valueOf: 1 }, { valueOf: 1 }], exempt: { labels: [{ valueOf: 1 }, { valueOf: 1 }] } }, EQUALITY],
    ['has more than 100 rules', { ...documentOf(), rules: rules(101) }, ['/rules must be at most 100 entries long']],
    ['is too large', { ...documentOf(), timezone: 'x'.repeat(65_536) }, [' the document is larger than 65536 bytes of JSON']],
    ['is nested too deeply', nested(100_000), [' the document is larger than 65536 bytes of JSON']],
    [
      'names a time zone that does not exist',
      { ...documentOf(), timezone: 'Mars/Olympus' },
      ['/timezone there is no time zone of this name; an example is "America/Sao_Paulo"'],
    ],
    [
      'has a window over midnight',
      { ...documentOf(), windows: [{ days: ['MON'], from: '22:00', to: '02:00' }] },
      ['/windows/0/to must be later than "from" on the same day; a window over midnight is two windows, the first to "24:00"'],
    ],
    [
      'has a window at no time',
      { ...documentOf(), windows: [{ days: [], from: '25:00', to: '26:00' }] },
      [
        '/windows/0/days must be given with at least 1 entry, or left out',
        '/windows/0/from must be a time of day such as "02:00"',
        '/windows/0/to must be a time of day such as "05:00", at most "24:00"',
      ],
    ],
    [
      'has a limit of nothing',
      { ...documentOf(), limits: { maxPerRun: 0, maxPercentPerRun: 101, maxPer24h: 1.5 } },
      [
        '/limits/maxPerRun must be a whole number from 1 to 1000000',
        '/limits/maxPercentPerRun must be a whole number from 1 to 100',
        '/limits/maxPer24h must be a whole number from 1 to 1000000',
      ],
    ],
    [
      'exempts by a selector without a key',
      { ...documentOf(), exempt: { labels: ['=x'] } },
      ['/exempt/labels/0 must begin with a label key: "vip", "legal=*" or "legal=x"'],
    ],
    ['gives short notice', { ...documentOf(), notice: { before: 'PT23H', channels: ['webhook'] } }, ['/notice/before is shorter than the least for live instances, 24 hours']],
    ['deletes at once', { ...documentOf(), deletion: { grace: 'PT0S' } }, ['/deletion/grace is shorter than the least for live instances, 24 hours']],
    [
      'repeats an id and a priority',
      { ...documentOf(), rules: [actRule({ archive: { after: 'P1D' } }), actRule({ archive: { after: 'P1D' } })] },
      ['/rules/1/id is the id of /rules/0 already', '/rules/1/priority is the priority of /rules/0 already'],
    ],
  ])('is refused when it %s', (_sentence, document, expected) => {
    expect(faultsOf(document)).toEqual(expected);
  });

  it('gives short notice where each rule that purges is for sandbox instances', () => {
    const rule = { ...actRule({ purge: { after: 'PT2M', grace: 'PT10S' } }), match: forTest };
    expect(checkDocument({ ...documentOf(), notice: { before: 'PT5S', channels: ['webhook'] }, rules: [rule] })).toEqual([]);
  });

  it('is refused with all its faults at once, of every kind', () => {
    const rule = { kind: 'act', id: 'a', priority: 1, match: { colour: 'red' }, clock: 'never', purge: { after: 'P1Y', grace: 'PT1S' } };
    expect(faultsOf({ ...documentOf(), mode: 'on', timezone: 'nowhere', rules: [rule, { ...rule, kind: 'delete' }] })).toEqual([
      '/mode must be one of "off", "simulate", "enforce"',
      '/rules/0/match/colour is not known here; known are environment, connection, reason, labels, namePrefix, createdBefore',
      '/rules/0/clock must be one of "disconnectedAt", "lastActivityAt", "createdAt", "reasonAt", "latest"',
      '/rules/1/kind must be "retain" or "act"',
      '/rules/1/id is the id of /rules/0 already',
      '/rules/1/priority is the priority of /rules/0 already',
      '/rules/0/match a rule that purges must name a connection or a reason',
      '/rules/0/purge/after years and months have no fixed length: write days, for example "P30D"',
      '/rules/0/purge/grace is shorter than the least for live instances, 24 hours',
      '/rules/1/purge/after years and months have no fixed length: write days, for example "P30D"',
      '/rules/1/purge/grace is shorter than the least for live instances, 24 hours',
      '/timezone there is no time zone of this name; an example is "America/Sao_Paulo"',
    ]);
  });

  it('is checked without a throw, whatever it is', () => {
    const keys = fc.constantFrom('rules', 'match', 'purge', 'archive', 'after', 'windows', 'labels', 'exempt', 'kind', '__proto__', 'notice', 'days', 'valueOf', 'toString');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ maxDepth: 5 }, fc.jsonValue(), fc.array(tie('tree')), fc.dictionary(keys, tie('tree'), { noNullPrototype: true })),
    }));
    const runs = { numRuns: propertyRuns(1_000) };
    fc.assert(
      fc.property(tree, (document) => checkDocument(document).length > 0),
      runs,
    );
  });
});

describe('a rule', () => {
  it.each<[string, object, string[]]>([
    ['does nothing', {}, ['/rules/0 an act rule says what it does: archive, purge or messages']],
    ['purges everything', { purge }, ['/rules/0/match a rule that purges must name a connection or a reason']],
    [
      'purges less than 24 hours after it archives',
      { match: banned, archive: { after: 'P60D' }, purge: { after: 'P60DT23H', grace: 'P7D' } },
      ['/rules/0/purge/after purging comes at least 24 hours after archive.after, so that a person can still restore'],
    ],
    [
      'of the sandbox purges before it archives',
      { match: forTest, archive: { after: 'PT2M' }, purge: { after: 'PT1M', grace: 'PT1S' } },
      ['/rules/0/purge/after purging comes no sooner than archive.after, so that a person can still restore'],
    ],
    ['archives at once', { archive: { after: 'PT23H59M59S' } }, ['/rules/0/archive/after is shorter than the least for live instances, 24 hours']],
    [
      'is for live and test and archives at once',
      { match: { environment: ['test', 'live'] }, archive: { after: 'PT1S' } },
      ['/rules/0/archive/after is shorter than the least for live instances, 24 hours'],
    ],
    ['of the sandbox archives in no time', { match: forTest, archive: { after: 'PT0S' } }, ['/rules/0/archive/after is shorter than the least, 1 second']],
    ['waits for ever', { archive: { after: 'P3650DT1S' } }, ['/rules/0/archive/after is longer than the most, P3650D']],
    ['waits longer than numbers go', { archive: { after: `P${'9'.repeat(29)}D` } }, ['/rules/0/archive/after is longer than the most, P3650D']],
    [
      'has half a duration',
      { archive: { after: 'P1DT' } },
      ['/rules/0/archive/after must be an ISO 8601 duration in whole weeks, days, hours, minutes and seconds, such as "P7D" or "PT36H"'],
    ],
    ['has an endless duration', { archive: { after: `P${'9'.repeat(40)}D` } }, ['/rules/0/archive/after must be an ISO 8601 duration such as "P7D"']],
    [
      'acts on the connected',
      { match: { connection: ['connected'] }, archive: { after: 'P1D' } },
      ['/rules/0/match/connection/0 must be "never_paired" or "disconnected": no rule acts on an instance that is connected or trying to be'],
    ],
    [
      'names what the platform stopped',
      { match: { reason: ['platform_stopped'] }, archive: { after: 'P1D' } },
      [
        '/rules/0/match/reason/0 must be one of logged_out, banned, replaced, connection_lost, timed_out, bad_session, version_rejected, user_stopped, unknown (what the platform itself stopped never starts a clock)',
      ],
    ],
    [
      'has a label key that cannot be',
      { match: { labels: { 'a=b': 'c' } }, archive: { after: 'P1D' } },
      ['/rules/0/match/labels/a=b a label key has 1 to 63 characters, none of them "=" or a control character'],
    ],
    [
      'has a text no database can store',
      { match: { labels: { plan: '\ud800' }, namePrefix: 'a\u0000' }, archive: { after: 'P1D' } },
      ['/rules/0/match/labels/plan must be a text of at most 128 characters', '/rules/0/match/namePrefix must be a text of 1 to 100 characters'],
    ],
    [
      'was created before a day that does not exist',
      { match: { createdBefore: '2026-02-30T00:00:00Z' }, archive: { after: 'P1D' } },
      ['/rules/0/match/createdBefore must be an instant with its offset, such as "2026-01-01T00:00:00Z"'],
    ],
    ['has no id', { id: undefined, archive: { after: 'P1D' } }, ['/rules/0/id is missing']],
    ['has a bad id', { id: 'a b', archive: { after: 'P1D' } }, ['/rules/0/id must be 1 to 63 letters, digits, dots, dashes or underscores, beginning with a letter or a digit']],
    ['names a reason twice', { match: { reason: ['banned', 'banned'] }, archive: { after: 'P1D' } }, ['/rules/0/match/reason names the same twice (entries 0 and 1, counted from 0)']],
    [
      'that retains also acts',
      { ...retainRule(), priority: undefined, archive: { after: 'P1D' } },
      [
        '/rules/0/archive is not known here; known are id, kind, match, clock, for, messages',
      ],
    ],
  ])('is refused when it %s', (_sentence, rule, expected) => {
    expect(faultsOf(JSON.parse(JSON.stringify(withRule(rule))))).toEqual(expected);
  });

  it('that retains may match what is connected', () => {
    expect(checkDocument(documentOf({ rules: [retainRule({ match: { connection: ['connected'] } })] }))).toEqual([]);
  });
});

function rules(count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => actRule({ id: `r${i}`, priority: i, archive: { after: 'P1D' } }));
}

function nested(depth: number): unknown {
  return JSON.parse('['.repeat(depth) + ']'.repeat(depth));
}
