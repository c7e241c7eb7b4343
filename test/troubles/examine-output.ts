import { SECRET_WORD } from './outgoing-texts.js';

/** What the product may complain about while its database, its WhatsApp and itself are taken away. */
const EXPECTED = [
  /http: (Not available at the moment|WhatsApp (did not acknowledge|refused) the message|The message was sent, and is not in the list yet)/,
  /Database: lost an idle database connection/,
  /(Jobs: jobs|Pump: jobs wait|Pump: a subscription failed and is tried again|Sequencer: positions wait|CheckpointSweep: checkpoints wait|MissedSeals: what was missed waits|Sealer: (seals wait|the journal of \S+ cannot be sealed and is looked at again in a minute)|RetentionSweep: a sweep failed and is tried again)/,
  /(MessageSweep|BulkSweep|TenantDeletionSweep): a sweep of .* failed and is tried again/,
  /(clock: the clock could not be looked at|LagWatch: how much is due is not known|TombstoneWriter: tombstones could not be written|PreviewPruning: old previews stay)/,
  /RefusalRecorder: a refused attempt is not in the journal/,
  /ReplyPruning: old replies stay for another minute/,
  /KeyHolders: which master keys this process has is not on record/,
  /NodeLease: (the lease is not renewed|the lease of this node is lost)/,
  /OrphanWatch: \S+ has died on this machine/,
  /SessionWatches: /,
  /SessionHost: (sessions wait|it cannot be said that this node drains|the node is left to lapse|the last round)/,
  /SessionOpenings: (\S+ cannot be (opened|claimed)|nothing can be claimed|what was not opened is not given back yet)/,
  /SessionEndings: \S+ cannot be given back/,
  /Session: \S+ (the database failed it|its (end|stop|activity) is not on record)/,
  /StormWatch: \d+ test instances/,
  /(PhoneReceiver: a simulated phone could not read its queue|Connection: a simulated connection failed)/,
];
/** Texts, key material, and whatever lets somebody in. */
const SECRETS = [SECRET_WORD, 'privKey', 'rootKey', 'chainKey', 'ephemeralKeyPair', '<Buffer', 'BEGIN ', 'linked_devices#', 'tnr_test_', 'tnr_op_', 'a1a1a1a1', 'postgres://', 'postgresql://'];
/** Of what is printed for people. */
const TROUBLE = /warn|error|exception|unhandled|^\s+at /i;

/** Log lines of warnings and errors that nobody expects, and lines that are no log lines; each once. */
export function unexpectedLines(output: string): string[] {
  const odd = output.split('\n').filter((line) => !isExpected(line));
  const counted = new Map<string, number>();
  for (const line of odd) counted.set(brief(line), (counted.get(brief(line)) ?? 0) + 1);
  return [...counted].map(([line, times]) => `${times} x ${line}`);
}

export const secretsIn = (output: string): string[] => SECRETS.filter((secret) => output.includes(secret));

function isExpected(line: string): boolean {
  if (!line.startsWith('{')) return !TROUBLE.test(line);
  return EXPECTED.some((pattern) => pattern.test(messageOf(line)));
}

/** Without what differs each time. */
const brief = (line: string): string => (line.startsWith('{') ? messageOf(line) : line).replace(/(ins|nod|ten)_[0-9a-z]+/g, '$1_').slice(0, 300);

function messageOf(line: string): string {
  try {
    const { level, context = '', msg = '', err } = JSON.parse(line) as { level: number; context?: string; msg?: string; err?: { message?: string } };
    return `${level} ${context}: ${msg}${err?.message ? ` [${err.message}]` : ''}`;
  } catch {
    return line;
  }
}
