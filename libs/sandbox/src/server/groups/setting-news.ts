import { stanza, type Stanza } from '../../protocol/stanza.js';
import type { GroupSettings } from './group.js';

const SAID: { [S in keyof GroupSettings]: (value: GroupSettings[S]) => Stanza } = {
  announce: (on) => stanza(on ? 'announcement' : 'not_announcement'),
  locked: (on) => stanza(on ? 'locked' : 'unlocked'),
  membersAdd: (on) => stanza('member_add_mode', {}, Buffer.from(on ? 'all_member_add' : 'admin_add')),
  approval: (on) => stanza('membership_approval_mode', {}, [stanza('group_join', { state: on ? 'on' : 'off' })]),
  ephemeral: (expiration) => (expiration > 0 ? stanza('ephemeral', { expiration }) : stanza('not_ephemeral')),
};

/** What the members are told when settings have changed: one notice for each. */
export function settingNews({ announce, locked, membersAdd, approval, ephemeral }: Partial<GroupSettings>): Stanza[] {
  return [
    announce !== undefined && SAID.announce(announce),
    locked !== undefined && SAID.locked(locked),
    membersAdd !== undefined && SAID.membersAdd(membersAdd),
    approval !== undefined && SAID.approval(approval),
    ephemeral !== undefined && SAID.ephemeral(ephemeral),
  ].filter((said) => said !== false);
}

/** What a client asks for by the same words; null when it is not a setting. */
export function settingIn({ tag, attrs, content }: Stanza): Partial<GroupSettings> | null {
  switch (tag) {
    case 'announcement':
    case 'not_announcement':
      return { announce: tag === 'announcement' };
    case 'locked':
    case 'unlocked':
      return { locked: tag === 'locked' };
    case 'ephemeral':
    case 'not_ephemeral':
      return { ephemeral: Number(attrs.expiration ?? 0) };
    case 'member_add_mode':
      return { membersAdd: textOf(content) === 'all_member_add' };
    case 'membership_approval_mode':
      return { approval: Array.isArray(content) && content[0]?.attrs.state === 'on' };
    default:
      return null;
  }
}

function textOf(content: Stanza['content']): string {
  return content === undefined || Array.isArray(content) ? '' : Buffer.from(content as Uint8Array).toString();
}
