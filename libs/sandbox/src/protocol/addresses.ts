import { createHash } from 'node:crypto';
import { jidDecode, jidEncode } from './baileys.js';

/** An account as others see it. */
export interface Account {
  /** E.164 without the plus */
  number: string;
  /** the id that does not show the number */
  lid: string;
  name: string;
}

/** A device of an account; 0 is the phone. */
export interface DeviceAddress {
  number: string;
  device: number;
}

/** What a JID says: a number or a LID, and which device. */
export interface ParsedJid {
  user: string;
  device: number;
  isLid: boolean;
}

/** Null for a group, a broadcast list or anything that is not a person's JID. */
export function parseJid(jid: string | undefined): ParsedJid | null {
  const decoded = jidDecode(jid);
  if (!decoded?.user || (decoded.server !== 's.whatsapp.net' && decoded.server !== 'lid')) return null;
  return { user: decoded.user, device: decoded.device ?? 0, isLid: decoded.server === 'lid' };
}

export function numberJid(account: Pick<Account, 'number'>, device = 0): string {
  return jidEncode(account.number, 's.whatsapp.net', device || undefined);
}

export function lidJid(account: Pick<Account, 'lid'>, device = 0): string {
  return jidEncode(account.lid, 'lid', device || undefined);
}

/** 16 digits, one more than a phone number can have; the same for a number each time, and nothing of the number in it. */
export function lidFor(tenantId: string, number: string): string {
  const digest = createHash('sha256').update(`${tenantId}/${number}`).digest();
  return `1${(digest.readBigUInt64BE(0) % 10n ** 15n).toString().padStart(15, '0')}`;
}
