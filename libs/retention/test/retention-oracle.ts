import { Duration } from 'luxon';
import type { ActDocumentRule, RetentionDocument, RetentionRule } from '../src/retention-document.js';
import type { Hold, RetentionFacts, RetentionIntent } from '../src/retention-facts.js';

/** What decide() is asked, with the document as a person wrote it. */
export interface RetentionQuestion {
  document: RetentionDocument;
  activatedAt: number;
  deletionGrace: number;
  facts: RetentionFacts;
  holds: Hold[];
  now: number;
  intent: RetentionIntent;
}

export interface OracleAnswer {
  action: string | null;
  dueAt: number | null;
  rule: string | null;
  losers: string[];
  /** `code until`, sorted. */
  blockers: string[];
}

const DAY = 24 * 60 * 60 * 1000;

/**
 * A second opinion on decide(), written from the prose of the lifecycle and sharing no code with it: one long list of cases over the
 * document itself, slow and plain.
 */
export function askOracle(question: RetentionQuestion): OracleAnswer {
  const { document, activatedAt, deletionGrace, facts, now, intent } = question;
  const nothing: OracleAnswer = { action: null, dueAt: null, rule: null, losers: [], blockers: [] };
  const cancelled: OracleAnswer = { ...nothing, action: 'cancel', dueAt: now };
  const scheduled = facts.lifecycle === 'purge_scheduled';
  const sameCycle = facts.schedule !== null && facts.schedule.cycle === facts.cycle;
  const least = facts.environment === 'live' ? DAY : 1000;

  if (facts.lifecycle === 'purged') return nothing;

  if (intent !== 'rule') {
    if (!scheduled || facts.schedule === null || facts.schedule.by !== intent) {
      return { ...nothing, action: 'schedule_purge', dueAt: now, blockers: blockersFor('schedule_purge', question) };
    }
    if (!sameCycle) return cancelled;
    if (intent === 'tenant' && !facts.tenantLeaving) return cancelled;
    let grace = 30 * DAY;
    if (intent === 'person') {
      grace = document.deletion?.grace === undefined ? deletionGrace : ms(document.deletion.grace);
      if (facts.environment === 'live' && grace < DAY) grace = DAY;
    }
    let from = facts.schedule.at;
    if (facts.holdReleasedAt !== null && facts.holdReleasedAt > from) from = facts.holdReleasedAt;
    return { ...nothing, action: 'purge', dueAt: from + grace, blockers: blockersFor('purge', question) };
  }

  if (scheduled) {
    if (facts.schedule !== null && facts.schedule.by !== 'rule') return nothing;
    if (!sameCycle || facts.settledState === 'connected') return cancelled;
  }
  if (document.mode === 'off') return nothing;

  const matching: ActDocumentRule[] = [];
  for (const rule of document.rules) if (rule.kind === 'act' && mayActOn(facts, rule) && fits(rule, facts)) matching.push(rule);
  if (matching.length === 0) return scheduled ? cancelled : nothing;
  let winner = matching[0]!;
  for (const rule of matching) if (rule.priority < winner.priority) winner = rule;
  const others = matching.filter((rule) => rule !== winner).sort((a, b) => a.priority - b.priority);
  const named = { rule: winner.id, losers: others.map((rule) => rule.id) };

  let start = startOf(winner, facts);
  if (facts.stormUntil !== null && facts.stormUntil > start) start = facts.stormUntil;
  const wait = (after: string, override: number | null | undefined): number => {
    let length = ms(after);
    if (override !== null && override !== undefined && (override > length || facts.override!.mayShorten)) length = override;
    return length < least ? least : length;
  };

  if (scheduled) {
    if (!winner.purge) return { ...cancelled, ...named };
    const moments = [facts.schedule!.at, start + wait(winner.purge.after, facts.override?.purgeAfter), activatedAt];
    if (facts.holdReleasedAt !== null) moments.push(facts.holdReleasedAt);
    moments.sort((a, b) => b - a);
    const grace = ms(winner.purge.grace) < least ? least : ms(winner.purge.grace);
    return { ...named, action: 'purge', dueAt: moments[0]! + grace, blockers: blockersFor('purge', question) };
  }
  if (facts.lifecycle === 'active' && winner.archive) {
    const dueAt = start + wait(winner.archive.after, facts.override?.archiveAfter);
    return { ...named, action: 'archive', dueAt, blockers: blockersFor('archive', question) };
  }
  if (winner.purge) {
    const dueAt = start + wait(winner.purge.after, facts.override?.purgeAfter);
    return { ...named, action: 'schedule_purge', dueAt, blockers: blockersFor('schedule_purge', question) };
  }
  return { ...nothing, ...named };
}

function blockersFor(action: 'archive' | 'schedule_purge' | 'purge', question: RetentionQuestion): string[] {
  const { document, activatedAt, facts, holds, now, intent } = question;
  const removes = action !== 'archive';
  const purges = action === 'purge';
  const byRule = intent === 'rule';
  const found: string[] = [];
  const add = (code: string, until: number | null) => found.push(`${code} ${until === Infinity ? null : until}`);

  if (facts.killSwitch) add('kill-switch', null);
  if (facts.clockQuarantinedUntil !== null && now < facts.clockQuarantinedUntil) add('clock-quarantine', facts.clockQuarantinedUntil);
  if (facts.tenantSuspended && intent !== 'tenant') add('tenant-suspended', null);
  if (removes) {
    for (const hold of holds) if (hold.covers(facts)) add(hold.scope === 'platform' ? 'platform-hold' : 'hold', null);
    if (facts.deletionProtection && intent !== 'tenant') add('deletion-protection', null);
    const keeping = document.rules.flatMap((rule) => {
      if (rule.kind !== 'retain' || !fits(rule, facts)) return [];
      const start = facts.settledState === 'connected' && now > startOf(rule, facts) ? now : startOf(rule, facts);
      return [start + ms(rule.for)];
    });
    const end = Math.max(...keeping);
    if (keeping.length > 0 && now < end) add('retain-rule', end);
  }
  if (byRule) {
    if (document.mode === 'simulate') add('mode-simulate', null);
    if ((document.exempt?.labels ?? []).some((selector) => selected(selector, facts))) add('exempt-label', null);
    if (facts.stormUntil !== null && now < facts.stormUntil) add('disconnect-storm', facts.stormUntil);
  }
  if ((byRule || purges) && facts.pairingSince !== null && now - facts.pairingSince < 600_000) add('pairing', facts.pairingSince + 600_000);
  if (byRule && purges) {
    const { limits, notice } = document;
    if (limits?.maxPer24h !== undefined && facts.removals.last24h >= limits.maxPer24h) add('limit-per-24h', facts.removals.freesAt);
    if (facts.runBlocked) add('run-over-limit', null);
    if (notice) {
      const valid = facts.noticeDeliveredAt !== null && (facts.holdReleasedAt === null || facts.noticeDeliveredAt >= facts.holdReleasedAt);
      const before = facts.environment === 'live' ? Math.max(ms(notice.before), DAY) : Math.max(ms(notice.before), 1000);
      const over = Math.max(facts.noticeDeliveredAt ?? 0, activatedAt) + before;
      if (!valid) add('notice', null);
      else if (now < over) add('notice', over);
    }
  }
  const wanted = byRule ? document.approvals?.purge : intent === 'person' ? document.deletion?.approvals : undefined;
  if (purges && wanted !== undefined && facts.approvals < wanted) add('approvals', null);
  return found.sort();
}

function mayActOn(facts: RetentionFacts, { match }: ActDocumentRule): boolean {
  const reason = facts.settledReason;
  if (facts.settledState === 'connected') return false;
  if (reason === 'platform_stopped') return false;
  if (reason === 'user_stopped' || reason === 'unknown') return (match.reason ?? []).some((named) => named === reason);
  return true;
}

function fits({ match }: RetentionRule, facts: RetentionFacts): boolean {
  if (match.environment && !match.environment.some((wanted) => wanted === facts.environment)) return false;
  if (match.connection && !match.connection.some((wanted) => wanted === facts.settledState)) return false;
  if (match.reason && !match.reason.some((wanted) => wanted === facts.settledReason)) return false;
  if (match.namePrefix !== undefined && facts.name.slice(0, match.namePrefix.length) !== match.namePrefix) return false;
  if (match.createdBefore !== undefined && facts.createdAt >= Date.parse(match.createdBefore)) return false;
  return Object.entries(match.labels ?? {}).every(([key, value]) => selected(`${key}=${value}`, facts));
}

function selected(selector: string, facts: RetentionFacts): boolean {
  return Object.entries(facts.labels).some(([key, value]) => [key, `${key}=*`, `${key}=${value}`].includes(selector));
}

function startOf({ clock }: RetentionRule, facts: RetentionFacts): number {
  const instants = [facts.createdAt, facts.lastConnectedAt, facts.restoredAt, facts.cancelledAt, facts.tenantResumedAt];
  if ((clock === 'disconnectedAt' || clock === 'latest') && facts.settledState === 'disconnected') instants.push(facts.settledSince);
  if (clock === 'reasonAt' || clock === 'latest') instants.push(facts.reasonAt);
  if (clock === 'lastActivityAt' || clock === 'latest') instants.push(facts.lastActivityAt);
  return instants.reduce<number>((last, instant) => (instant !== null && instant > last ? instant : last), facts.createdAt);
}

function ms(text: string): number {
  return Duration.fromISO(text).toMillis();
}
