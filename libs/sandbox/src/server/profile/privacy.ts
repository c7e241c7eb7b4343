/** What an account restricts, by WhatsApp's names, and how: the first is what it is while nobody says otherwise. */
export const PRIVACY: Record<string, string[]> = {
  last: ['all', 'contacts', 'contact_blacklist', 'none'],
  online: ['all', 'match_last_seen'],
  profile: ['all', 'contacts', 'contact_blacklist', 'none'],
  status: ['all', 'contacts', 'contact_blacklist', 'none'],
  readreceipts: ['all', 'none'],
  groupadd: ['all', 'contacts', 'contact_blacklist'],
  calladd: ['all', 'known'],
  messages: ['all', 'contacts'],
};

/** All of them, as they are. */
export function privacyOf(kept: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(PRIVACY).map(([name, [usual]]) => [name, kept[name] ?? usual!]));
}
