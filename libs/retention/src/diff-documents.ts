import { isDeepStrictEqual } from 'node:util';
import { jsonPointer, type Path } from './json-pointer.js';
import type { RetentionDocument, RetentionRule } from './retention-document.js';

/** A value that differs; `old` undefined: it was not there, `new` undefined: it is not there any more. */
export interface FieldChange {
  pointer: string;
  old: unknown;
  new: unknown;
}

/** Pointers begin at the rule: a rule is known by its id, wherever it stands. */
export interface RuleChange {
  id: string;
  fields: FieldChange[];
}

export interface DocumentDiff {
  /** Of everything beside the rules. */
  fields: FieldChange[];
  rules: { added: RetentionRule[]; removed: RetentionRule[]; changed: RuleChange[] };
}

/** What two documents say differently. The order of rules and keys says nothing; a list is one value. */
export function diffDocuments(before: RetentionDocument, after: RetentionDocument): DocumentDiff {
  const { rules: oldRules, ...oldRest } = before;
  const { rules: newRules, ...newRest } = after;
  return {
    fields: fieldChanges(oldRest, newRest),
    rules: { added: without(newRules, oldRules), removed: without(oldRules, newRules), changed: ruleChanges(oldRules, newRules) },
  };
}

function without(rules: readonly RetentionRule[], others: readonly RetentionRule[]): RetentionRule[] {
  const known = new Set(others.map(({ id }) => id));
  return rules.filter(({ id }) => !known.has(id));
}

function ruleChanges(before: readonly RetentionRule[], after: readonly RetentionRule[]): RuleChange[] {
  const was = new Map(before.map((rule) => [rule.id, rule]));
  const changes = after.map((rule) => ({ id: rule.id, fields: fieldChanges(was.get(rule.id) ?? rule, rule) }));
  return changes.filter(({ fields }) => fields.length > 0);
}

function fieldChanges(before: object, after: object): FieldChange[] {
  const [was, is] = [new Map(leavesOf(before, [])), new Map(leavesOf(after, []))];
  const pointers = [...new Set([...was.keys(), ...is.keys()])];
  return pointers.map((pointer) => ({ pointer, old: was.get(pointer), new: is.get(pointer) })).filter((change) => !isDeepStrictEqual(change.old, change.new));
}

/** Every value that is no object, by its pointer. */
function leavesOf(value: unknown, path: Path): [pointer: string, value: unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[jsonPointer(path), value]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
}
