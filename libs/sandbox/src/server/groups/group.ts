import type { Account } from '../../protocol/addresses.js';

/** `superadmin` is who made the group, or who came after. */
export type Role = 'member' | 'admin' | 'superadmin';

export interface GroupMember extends Account {
  role: Role;
}

/** Who may do what in a group. */
export interface GroupSettings {
  /** only admins write */
  announce: boolean;
  /** only admins change subject, description and how long messages stay */
  locked: boolean;
  /** everybody adds members, not only admins */
  membersAdd: boolean;
  /** who joins by the invite code waits for an admin */
  approval: boolean;
  /** seconds after which messages disappear; 0: they stay */
  ephemeral: number;
}

export interface GroupDescription {
  text: string;
  id: string;
  /** number of who wrote it */
  by: string;
  at: Date;
}

export interface Group extends GroupSettings {
  /** 18 digits */
  id: string;
  /** number of who made it */
  owner: string;
  subject: string;
  /** number of who gave it its subject */
  subjectBy: string;
  subjectAt: Date;
  description: GroupDescription | null;
  inviteCode: string;
  createdAt: Date;
  /** in the order in which they came */
  members: GroupMember[];
  /** who asked to be let in */
  asking: Account[];
}

/** What is to become of a group's members. */
export const MEMBER_ACTIONS = ['add', 'remove', 'promote', 'demote'] as const;
export type MemberAction = (typeof MEMBER_ACTIONS)[number];

const SERVER = '@g.us';

export function groupJid({ id }: Pick<Group, 'id'>): string {
  return `${id}${SERVER}`;
}

export function isGroupJid(jid: string | undefined): jid is string {
  return jid?.endsWith(SERVER) === true;
}

/** The id in a group's JID. */
export function groupIdOf(jid: string): string {
  return jid.replace(SERVER, '');
}

export function memberOf(group: Group, { number }: Pick<Account, 'number'>): GroupMember | undefined {
  return group.members.find((member) => member.number === number);
}

export function isAdmin(member: GroupMember | undefined): boolean {
  return member?.role === 'admin' || member?.role === 'superadmin';
}
