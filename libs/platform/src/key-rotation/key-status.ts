import type { Keyring } from '../crypto/keyring.js';
import { type MasterKeyState, readMasterKeyState } from '../crypto/master-key-state.js';
import type { Database } from '../database/database.js';
import type { PlatformTx } from '../database/tenant-tx.js';
import { type KeyHolder, readKeyHolders } from './key-holders.repository.js';

export interface MasterKeyUse {
  id: string;
  /** `next`: given, and no rotation has gone to it; `unknown`: some row names it, and nothing else does */
  role: 'current' | 'former' | 'next' | 'unknown';
  /** whether it was given to whoever asks */
  given: boolean;
  replacedAt: Date | null;
  /** a rotation away from it has been finished */
  retired: boolean;
  /** data keys of instances under it */
  dataKeys: number;
  /** replies kept for a repeated request, for a day, under it */
  replies: number;
  /** keys that sign checkpoints under it */
  signingKeys: number;
}

export interface KeyStatus {
  keys: MasterKeyUse[];
  holders: KeyHolder[];
}

/** Which master key what is under, and who has it. Changes nothing and opens nothing. */
export async function readKeyStatus(database: Database, keyring: Keyring): Promise<KeyStatus> {
  return database.acrossTenants('the master key is of all tenants', async (tx) => {
    const state = await readMasterKeyState(tx);
    const [dataKeys, replies, signingKeys] = [await countDataKeys(tx), await countReplies(tx), await countSigningKeys(tx)];
    const ids = new Set([...idsOf(state), ...keyring.all.map(({ id }) => id), ...dataKeys.keys(), ...replies.keys(), ...signingKeys.keys()]);
    const use = (id: string): MasterKeyUse => {
      const former = state.former.find((key) => key.id === id);
      return {
        ...{ id, role: roleOf(id, state, keyring), given: keyring.find(id) !== undefined },
        ...{ replacedAt: former?.replacedAt ?? null, retired: former ? former.retiredAt !== null : false },
        ...{ dataKeys: dataKeys.get(id) ?? 0, replies: replies.get(id) ?? 0, signingKeys: signingKeys.get(id) ?? 0 },
      };
    };
    return { keys: [...ids].map(use), holders: await readKeyHolders(tx) };
  });
}

/** Nothing of this database needs it any more. Backups that were made while something did still need it. */
export function canBeDropped({ role, retired, dataKeys, replies, signingKeys }: MasterKeyUse): boolean {
  return role === 'former' && retired && dataKeys === 0 && replies === 0 && signingKeys === 0;
}

const idsOf = ({ currentId, former }: MasterKeyState): string[] => [...(currentId === null ? [] : [currentId]), ...former.map(({ id }) => id)];

function roleOf(id: string, { currentId, former }: MasterKeyState, keyring: Keyring): MasterKeyUse['role'] {
  if (id === currentId) return 'current';
  if (former.some((key) => key.id === id)) return 'former';
  return keyring.find(id) ? 'next' : 'unknown';
}

type Counts = Promise<Map<string, number>>;

async function countDataKeys(tx: PlatformTx): Counts {
  const rows = await tx.query<{ id: string; n: number }[]>`SELECT master_key_id AS id, count(*)::int AS n FROM instance_payload GROUP BY master_key_id`;
  return new Map(rows.map(({ id, n }) => [id, n]));
}

async function countReplies(tx: PlatformTx): Counts {
  const rows = await tx.query<{ id: string; n: number }[]>`
    SELECT master_key_id AS id, count(*)::int AS n FROM idempotent_requests WHERE master_key_id IS NOT NULL GROUP BY master_key_id`;
  return new Map(rows.map(({ id, n }) => [id, n]));
}

async function countSigningKeys(tx: PlatformTx): Counts {
  const rows = await tx.query<{ id: string; n: number }[]>`
    SELECT master_key_id AS id, count(*)::int AS n FROM audit_signing_keys WHERE master_key_id IS NOT NULL GROUP BY master_key_id`;
  return new Map(rows.map(({ id, n }) => [id, n]));
}
