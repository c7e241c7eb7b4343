import { DateTime } from 'luxon';
import type { FieldFault } from '#libs/platform';
import { jsonPointer, valueAt, type Path } from './json-pointer.js';
import { parseSelector } from './label-selector.js';
import { DAY, parseDuration } from './parse-duration.js';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** What a schema cannot say about rules and selectors. */
export function checkRules(document: unknown): FieldFault[] {
  const rules = listAt(document, ['rules']);
  return [
    ...duplicates(rules, 'id'),
    ...duplicates(rules, 'priority'),
    ...rules.flatMap((rule, i) => checkRule(rule, ['rules', i])),
    ...listAt(document, ['exempt', 'labels']).flatMap((text, i) => checkSelector(text, ['exempt', 'labels', i])),
  ];
}

/** Whether a rule says that it is for sandbox instances and for nothing else. */
export function isForTestOnly(rule: unknown): boolean {
  const environments = valueAt(rule, ['match', 'environment']);
  return Array.isArray(environments) && environments.length > 0 && environments.every((environment) => environment === 'test');
}

function duplicates(rules: unknown[], key: 'id' | 'priority'): FieldFault[] {
  const first = new Map<unknown, number>();
  return rules.flatMap((rule, i) => {
    const value = valueAt(rule, [key]);
    if (typeof value !== 'string' && typeof value !== 'number') return [];
    const earlier = first.get(value);
    first.set(value, earlier ?? i);
    return earlier === undefined ? [] : [fault(['rules', i, key], `is the ${key} of /rules/${earlier} already`)];
  });
}

function checkRule(rule: unknown, path: Path): FieldFault[] {
  const isAct = valueAt(rule, ['kind']) === 'act';
  return [...(isAct ? [...checkEffect(rule, path), ...checkPurge(rule, path)] : []), ...checkCreatedBefore(rule, path)];
}

function checkEffect(rule: unknown, path: Path): FieldFault[] {
  const acts = ['archive', 'purge', 'messages'].some((key) => valueAt(rule, [key]) !== undefined);
  return acts ? [] : [fault(path, 'an act rule says what it does: archive, purge or messages')];
}

function checkPurge(rule: unknown, path: Path): FieldFault[] {
  if (valueAt(rule, ['purge']) === undefined) return [];
  const names = ['connection', 'reason'].some((key) => valueAt(rule, ['match', key]) !== undefined);
  const unnamed = names ? [] : [fault([...path, 'match'], 'a rule that purges must name a connection or a reason')];
  return [...unnamed, ...checkOrder(rule, path)];
}

function checkOrder(rule: unknown, path: Path): FieldFault[] {
  const archive = durationAt(rule, ['archive', 'after']);
  const purge = durationAt(rule, ['purge', 'after']);
  const between = isForTestOnly(rule) ? 0 : DAY;
  if (archive === null || purge === null || purge >= archive + between) return [];
  const least = between > 0 ? 'at least 24 hours after archive.after' : 'no sooner than archive.after';
  return [fault([...path, 'purge', 'after'], `purging comes ${least}, so that a person can still restore`)];
}

function checkCreatedBefore(rule: unknown, path: Path): FieldFault[] {
  const text = valueAt(rule, ['match', 'createdBefore']);
  if (typeof text !== 'string' || (INSTANT.test(text) && DateTime.fromISO(text).isValid)) return [];
  return [fault([...path, 'match', 'createdBefore'], 'must be an instant with its offset, such as "2026-01-01T00:00:00Z"')];
}

function checkSelector(text: unknown, path: Path): FieldFault[] {
  if (typeof text !== 'string' || parseSelector(text)) return [];
  return [fault(path, 'must begin with a label key: "vip", "legal=*" or "legal=x"')];
}

function durationAt(rule: unknown, path: Path): number | null {
  const text = valueAt(rule, path);
  return typeof text === 'string' ? parseDuration(text) : null;
}

function listAt(document: unknown, path: Path): unknown[] {
  const value = valueAt(document, path);
  return Array.isArray(value) ? value : [];
}

function fault(path: Path, detail: string): FieldFault {
  return { pointer: jsonPointer(path), detail };
}
