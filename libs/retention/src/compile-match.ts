import { DateTime } from 'luxon';
import { labelSelector, selects } from './label-selector.js';
import type { RuleMatch } from './retention-document.js';
import type { RetentionFacts } from './retention-facts.js';

type Matcher = (facts: RetentionFacts) => boolean;

/** Reasons that only a rule which names them acts on: a person stopped it, or nobody knows. */
const TO_BE_NAMED: readonly unknown[] = ['user_stopped', 'unknown'];

/** Every key that is given must hold. */
export function compileMatch(match: RuleMatch): Matcher {
  const conditions = [...listConditions(match), ...labelConditions(match), ...otherConditions(match)];
  return (facts) => conditions.every((holds) => holds(facts));
}

/** As above, for a rule that acts. */
export function compileActMatch(match: RuleMatch): Matcher {
  const matches = compileMatch(match);
  return (facts) => (match.reason !== undefined || !TO_BE_NAMED.includes(facts.settledReason)) && matches(facts);
}

function* listConditions({ environment, connection, reason }: RuleMatch): Iterable<Matcher> {
  if (environment) yield (facts) => environment.includes(facts.environment);
  if (connection) yield (facts) => connection.includes(facts.settledState);
  const reasons: readonly unknown[] | undefined = reason;
  if (reasons) yield (facts) => facts.settledReason !== null && reasons.includes(facts.settledReason);
}

function labelConditions({ labels }: RuleMatch): Matcher[] {
  return Object.entries(labels ?? {}).map(([key, value]) => {
    const selector = labelSelector(key, value);
    return (facts) => selects(selector, facts.labels);
  });
}

function* otherConditions({ namePrefix, createdBefore }: RuleMatch): Iterable<Matcher> {
  const prefix = namePrefix?.normalize('NFC'); // as names are stored
  if (prefix !== undefined) yield (facts) => facts.name.startsWith(prefix);
  if (createdBefore !== undefined) {
    const limit = DateTime.fromISO(createdBefore).toMillis();
    yield (facts) => facts.createdAt < limit;
  }
}
