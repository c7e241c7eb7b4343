import type { Verified, VerifiedCertificate, VerifiedExport } from '#libs/audit';
import { countOf } from './print.js';

/** What an auditor may believe now, a line each. */
export function describeVerified(file: string, verified: Verified): string[] {
  return [`${file} verifies.`, ...(verified.kind === 'export' ? ofExport(verified.export) : ofCertificate(verified.certificate))];
}

function ofExport({ header, shown, leftOut, checkpoints, personal }: VerifiedExport): string[] {
  const size = shown + leftOut;
  const left = leftOut === 0 ? 'none is left out' : `${countOf(leftOut, 'entry', 'entries')} left out, by their hashes`;
  return [
    `  It is of ${header.tenantId} and its ${header.environment} instances: entries 1 to ${size.toLocaleString('en')} of the log ${header.origin}.`,
    `  ${countOf(shown, 'entry', 'entries')} shown, ${left}; ${countOf(checkpoints, 'checkpoint')} signed by a key you gave, the last over all of it.`,
    ...(personal.checked > 0 ? [`  ${countOf(personal.checked, 'entry', 'entries')} with personal data that is what was sealed.`] : []),
    ...(personal.uncheckable > 0
      ? [`  ${countOf(personal.uncheckable, 'entry', 'entries')} with personal data that is not checkable: only the seal of the export vouches for it.`]
      : []),
    ...(leftOut > 0 ? ['  That nothing which the filter asks for is among what is left out is what the seal says, and nobody can prove.'] : []),
  ];
}

function ofCertificate({ certificate, entries, checkpoint }: VerifiedCertificate): string[] {
  const [first, last] = entries;
  const over = `  Signed over ${countOf(checkpoint.size, 'entry', 'entries')} of the log ${checkpoint.origin}.`;
  if (certificate.about === 'existence') {
    return [
      `  ${certificate.instanceId} was created at ${first!.occurredAt} (entry ${first!.position}); its newest entry is ${last!.position}, ${last!.type} at ${last!.occurredAt}.`,
      `  It existed at the checkpoint over ${countOf(checkpoint.size, 'entry', 'entries')}, and nothing had purged it: so says the key that signed.`,
      over,
    ];
  }
  const { actor, data } = first!;
  const { ruleId, policyVersion } = data as { ruleId: string | null; policyVersion: number | null };
  const by = ruleId === null ? `${actor.kind} ${actor.id}` : `rule ${ruleId} of policy version ${policyVersion}`;
  return [
    `  ${certificate.instanceId}: its keys were destroyed at ${first!.occurredAt} (entry ${first!.position}) by ${by}.`,
    entries.length > 1 ? `  The last of its rows was erased at ${last!.occurredAt} (entry ${last!.position}): ${JSON.stringify(last!.data['rows'])}.` : '  Its rows are still being erased: ask for the certificate again.',
    over,
  ];
}
