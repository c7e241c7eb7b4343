import { compileActMatch, compileMatch } from './compile-match.js';
import { compileWindows } from './compile-windows.js';
import { parseSelector, selects, type LabelSelector } from './label-selector.js';
import { parseDuration } from './parse-duration.js';
import type { ActDocumentRule, IsoDuration, RetainDocumentRule, RetentionDocument } from './retention-document.js';
import type { ActRule, MessageRule, RetainRule, RetentionPolicy } from './retention-policy.js';

export interface PolicyMeta {
  version: number;
  /** Milliseconds since 1970. */
  activatedAt: number;
  /** Milliseconds; where the document says nothing. */
  deletionGrace: number;
}

/** A document that checkDocument() found no fault with, made ready for decide(). Throws on a duration it cannot read: a stored document is never guessed at. */
export function compilePolicy(document: RetentionDocument, meta: PolicyMeta): RetentionPolicy {
  const { mode, rules, windows, timezone = 'UTC', limits, notice, approvals, deletion, exempt } = document;
  return {
    version: meta.version,
    activatedAt: meta.activatedAt,
    mode,
    actRules: rules.filter((rule) => rule.kind === 'act').map(compileActRule),
    retainRules: rules.filter((rule) => rule.kind === 'retain').map(compileRetainRule),
    messageRules: compileMessages(document),
    exempts: compileExemption(exempt?.labels ?? []),
    windows: windows ? compileWindows(windows, timezone) : null,
    maxRemovalsPer24h: limits?.maxPer24h ?? null,
    runLimits: { maxPerRun: limits?.maxPerRun ?? null, maxPercentPerRun: limits?.maxPercentPerRun ?? null },
    noticeBefore: notice ? millis(notice.before) : null,
    purgeApprovals: approvals?.purge ?? 0,
    deletionGrace: deletion?.grace ? millis(deletion.grace) : meta.deletionGrace,
    deletionApprovals: deletion?.approvals ?? 0,
  };
}

function compileActRule({ id, priority, clock, match, archive, purge }: ActDocumentRule): ActRule {
  return {
    id,
    priority,
    clock,
    matches: compileActMatch(match),
    archive: archive ? { after: millis(archive.after) } : null,
    purge: purge ? { after: millis(purge.after), grace: millis(purge.grace) } : null,
  };
}

function compileRetainRule(rule: RetainDocumentRule): RetainRule {
  return { id: rule.id, clock: rule.clock, matches: compileMatch(rule.match), for: millis(rule.for) };
}

/** Also of a rule that acts every key it gives is all that must hold: content goes from what is connected, too. */
function compileMessages({ messages, rules }: RetentionDocument): MessageRule[] {
  const ofRules = rules.flatMap(({ id, match, messages: own }) => (own ? [{ id, matches: compileMatch(match), keep: millis(own.keep) }] : []));
  return messages ? [{ id: null, matches: () => true, keep: millis(messages.keep) }, ...ofRules] : ofRules;
}

function compileExemption(texts: readonly string[]): RetentionPolicy['exempts'] {
  const selectors = texts.map(parseSelector).filter((selector): selector is LabelSelector => selector !== null);
  return (labels) => selectors.some((selector) => selects(selector, labels));
}

function millis(duration: IsoDuration): number {
  const length = parseDuration(duration);
  if (length === null) throw new TypeError(`not a duration: ${duration}`);
  return length;
}
