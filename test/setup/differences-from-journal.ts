import { type Difference, JournalReplay } from '#libs/audit';
import type { InstanceId } from '#libs/contracts';
import { Database, DatabaseTarget, type Keyring } from '#libs/platform';

type Field = Difference['field'];

/** What a spec writes into the tables itself, where a session would have; the journal of such an instance does not tell it. */
export const BY_SESSIONS: readonly Field[] = ['settledState', 'settledReason'];

/**
 * I15 for every instance of a database, as `tenure audit replay --compare` sees it: what differs from the journal, a line for each, none when nothing does.
 * `except`: fields that the spec itself has written. What is gone altogether, or contradicts itself, is always told.
 */
export async function differencesFromJournal(database: Database, keyring: Keyring, except: readonly Field[] = []): Promise<string[]> {
  const lines: string[] = [];
  for await (const { instanceId, comparison } of new JournalReplay(database, keyring).ofAll()) {
    if (comparison === null) lines.push(`${instanceId}: no entries`);
    else lines.push(...comparison.filter(({ field }) => !except.includes(field)).map((difference) => tell(instanceId, difference)));
  }
  return lines;
}

/** The same where the product runs in processes of its own. */
export async function differencesAt(url: string, keyring: Keyring, except: readonly Field[] = []): Promise<string[]> {
  const database = new Database(new DatabaseTarget(url, 2));
  try {
    return await differencesFromJournal(database, keyring, except);
  } finally {
    await database.onApplicationShutdown();
  }
}

const tell = (instanceId: InstanceId, { field, replayed, present }: Difference): string => `${instanceId} ${field}: ${JSON.stringify(present)}, replayed ${JSON.stringify(replayed)}`;
