import { type Account, lidFor, lidJid, numberJid } from '../../protocol/addresses.js';
import { stanza, type Stanza } from '../../protocol/stanza.js';
import { type Group, type GroupMember, groupJid } from './group.js';

/** How clients name people in a group: by LID, with the number beside it. */
export function personStanza(tag: string, account: Account, attributes: Record<string, string | undefined> = {}): Stanza {
  return stanza(tag, { jid: lidJid(account), phone_number: numberJid(account), ...attributes });
}

export function memberStanza(member: GroupMember): Stanza {
  return personStanza('participant', member, { type: member.role === 'member' ? undefined : member.role });
}

/** A group as a client reads it. */
export function groupStanza(tenantId: string, group: Group): Stanza {
  const lidOf = (number: string) => lidJid({ lid: lidFor(tenantId, number) });
  const { id, subject, owner, subjectBy, members } = group;
  const attributes = {
    id,
    subject,
    addressing_mode: 'lid',
    size: members.length,
    creation: seconds(group.createdAt),
    creator: lidOf(owner),
    creator_pn: numberJid({ number: owner }),
    s_t: seconds(group.subjectAt),
    s_o: lidOf(subjectBy),
    s_o_pn: numberJid({ number: subjectBy }),
  };
  return stanza('group', attributes, [...settingStanzas(group), ...descriptionStanzas(group, lidOf), ...members.map(memberStanza)]);
}

/** The mere reference to one. */
export function groupReference(group: Group): Stanza {
  return stanza('group', { jid: groupJid(group) });
}

export function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

function settingStanzas({ announce, locked, approval, membersAdd, ephemeral }: Group): Stanza[] {
  return [
    ...(announce ? [stanza('announcement')] : []),
    ...(locked ? [stanza('locked')] : []),
    ...(approval ? [stanza('membership_approval_mode', {}, [stanza('group_join', { state: 'on' })])] : []),
    ...(ephemeral > 0 ? [stanza('ephemeral', { expiration: ephemeral })] : []),
    stanza('member_add_mode', {}, Buffer.from(membersAdd ? 'all_member_add' : 'admin_add')),
  ];
}

function descriptionStanzas({ description }: Group, lidOf: (number: string) => string): Stanza[] {
  if (!description) return [];
  const { text, id, by, at } = description;
  return [stanza('description', { id, participant: lidOf(by), participant_pn: numberJid({ number: by }), t: seconds(at) }, [stanza('body', {}, Buffer.from(text))])];
}
