import type { FieldFault } from '#libs/platform';
import { diffDocuments, type FieldChange } from './diff-documents.js';
import { parseDuration } from './parse-duration.js';
import type { RetentionDocument, RetentionRule } from './retention-document.js';

/** Whether a change of one value can make nothing happen sooner, nor to more. */
type Harmless = (old: unknown, now: unknown) => boolean;

const always: Harmless = () => true;
const onlyLonger: Harmless = (old, now) => old !== undefined && now !== undefined && length(now) >= length(old);
const longerOrGone: Harmless = (old, now) => now === undefined || onlyLonger(old, now);
const longerOrNew: Harmless = (old, now) => old === undefined || onlyLonger(old, now);
const lowerOrNew: Harmless = (old, now) => now !== undefined && Number(now) <= Number(old ?? Infinity);
const higher: Harmless = (old, now) => Number(now ?? 0) >= Number(old ?? 0);
const more: Harmless = (old, now) => listOf(old).every((item) => listOf(now).includes(item));
const onlyNew: Harmless = (old) => old === undefined;

/** What is not named here may shorten: whoever adds a field to the document has to think about it first. */
const OF_DOCUMENT: Record<string, Harmless> = {
  '/$schema': always,
  '/limits/maxPerRun': lowerOrNew,
  '/limits/maxPercentPerRun': lowerOrNew,
  '/limits/maxPer24h': lowerOrNew,
  '/notice/before': longerOrNew,
  '/notice/channels': always, // whether there is notice at all is what `before` says
  '/approvals/purge': higher,
  '/deletion/grace': onlyLonger,
  '/deletion/approvals': higher,
  '/messages/keep': longerOrGone,
  '/messages/media/keep': longerOrGone,
  '/exempt/labels': more,
  '/windows': onlyNew,
};
const OF_ACT_RULE: Record<string, Harmless> = { '/archive/after': longerOrGone, '/purge/after': longerOrGone, '/purge/grace': longerOrGone };
const OF_EVERY_RULE: Record<string, Harmless> = { '/for': onlyLonger, '/messages/keep': onlyLonger, '/messages/media/keep': onlyLonger };

/**
 * Everything in a version that may archive or remove sooner, or more, than the one in force; empty: it can only lengthen. Errs on the side
 * of naming too much. Pointers are into the wanted document.
 */
export function findShortening(inForce: RetentionDocument, wanted: RetentionDocument): FieldFault[] {
  if (wanted.mode !== 'enforce') return [];
  if (inForce.mode !== 'enforce') return acts(wanted) ? [{ pointer: '/mode', detail: 'nothing acts at present, and these rules do' }] : [];
  const { fields, rules } = diffDocuments(inForce, wanted);
  const place = (id: string) => `/rules/${wanted.rules.findIndex((rule) => rule.id === id)}`;
  return [
    ...harmful(fields, documentFields(inForce, wanted), ''),
    ...rules.added.filter(mayAct).map(({ id }) => ({ pointer: place(id), detail: `the rule ${id} is new` })),
    ...rules.removed.filter((rule) => rule.kind === 'retain' || acts(wanted)).map(gone),
    ...rules.changed.flatMap(({ id, fields: changes }) => harmful(changes, ruleFields(wanted, id), place(id))),
  ];
}

/** Without windows no time zone means anything. The longest limit of messages wins: without the document's the shorter ones of rules are left. */
function documentFields(inForce: RetentionDocument, { rules }: RetentionDocument): Record<string, Harmless> {
  const known = rules.some(({ messages }) => messages) ? { ...OF_DOCUMENT, '/messages/keep': onlyLonger } : OF_DOCUMENT;
  return inForce.windows ? known : { ...known, '/timezone': always };
}

function ruleFields({ rules }: RetentionDocument, id: string): Record<string, Harmless> {
  const isAct = rules.some((rule) => rule.id === id && rule.kind === 'act');
  return isAct ? { ...OF_EVERY_RULE, ...OF_ACT_RULE } : OF_EVERY_RULE;
}

function harmful(changes: readonly FieldChange[], known: Record<string, Harmless>, place: string): FieldFault[] {
  const isHarmless = ({ pointer, old, new: now }: FieldChange) => Object.hasOwn(known, pointer) && known[pointer]!(old, now);
  return changes.filter((change) => !isHarmless(change)).map((change) => fault(place, change));
}

/** A `retain` rule that also says how long messages stay removes the older ones. */
const mayAct = ({ kind, messages }: RetentionRule): boolean => kind === 'act' || messages !== undefined;
const acts = ({ rules, messages }: RetentionDocument): boolean => messages !== undefined || rules.some(mayAct);

/** What an `act` rule did not touch any more may fall to another one. */
function gone({ id, kind }: RetentionRule): FieldFault {
  const why = kind === 'retain' ? 'retained what it matched' : 'kept others from what it matched';
  return { pointer: '/rules', detail: `the rule ${id}, which ${why}, is gone` };
}

function fault(place: string, { pointer, old, new: now }: FieldChange): FieldFault {
  return { pointer: place + pointer, detail: `${sayValue(old)} becomes ${sayValue(now)}` };
}

const sayValue = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 100));
const length = (duration: unknown): number => parseDuration(String(duration)) ?? NaN;
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
