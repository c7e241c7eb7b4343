import { canBeDropped, type KeyStatus, type MasterKeyUse, readKeyStatus } from '#libs/platform';
import type { Command } from './command.js';
import { openInstallation } from './open-installation.js';
import { countOf, print } from './print.js';

/** Changes nothing. */
export const keysStatus: Command = {
  name: 'keys status',
  summary: 'says how many rows are under which master key, who has it, and whether an old one can be dropped',
  async run() {
    const { database, keyring, close } = await openInstallation();
    try {
      for (const line of describe(await readKeyStatus(database, keyring))) print(line);
    } finally {
      await close();
    }
  },
};

function describe({ keys, holders }: KeyStatus): string[] {
  const ids = keys.map(({ id }) => id);
  return [
    ...keys.map(describeKey),
    '',
    ...(holders.length === 0 ? ['No process is running.'] : holders.map(({ name, keyIds }) => `process ${name} has ${ids.filter((id) => keyIds.includes(id)).join(', ') || 'none of them'}`)),
    '',
    ...keys.filter(({ role }) => role !== 'current').map(advise),
  ];
}

const ROLES: Record<MasterKeyUse['role'], string> = { current: 'current', former: 'replaced', next: 'given, not used yet', unknown: 'unknown' };

function describeKey({ id, role, given, replacedAt, dataKeys, replies, signingKeys }: MasterKeyUse): string {
  const since = replacedAt ? ` ${replacedAt.toISOString()}` : '';
  const signing = signingKeys > 0 ? [countOf(signingKeys, 'signing key')] : [];
  return [`${id}  ${ROLES[role]}${since}`, countOf(dataKeys, 'data key'), `${countOf(replies, 'kept answer')}`, ...signing, ...(given ? [] : ['not given here'])].join(', ');
}

function advise(key: MasterKeyUse): string {
  if (key.role === 'next') return `${key.id} is ready: when every process has it, run tenure keys rotate.`;
  if (canBeDropped(key)) return `${key.id} can be dropped. Keep a copy for as long as backups made before its end are kept.`;
  if (key.role === 'unknown') return `${key.id} is named by rows, and by nothing else: give it, and run tenure keys rotate.`;
  if (key.dataKeys > 0 || key.signingKeys > 0 || !key.retired) return `${key.id} is needed: run tenure keys rotate.`;
  return `${key.id} is needed until the answers kept under it are a day old.`;
}
