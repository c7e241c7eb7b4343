import type { Group, MemberAction, Role } from './group.js';
import { assertMay, type GroupDeed, heirOf, outcomeOf } from './group-rules.js';

const person = (number: string) => ({ number, lid: `1${number}`, name: number });
const member = (number: string, role: Role) => ({ ...person(number), role });
const group = (changes: Partial<Group> = {}): Group => ({
  id: '120363000000000001',
  owner: 'owner',
  subject: 'Friends',
  subjectBy: 'owner',
  subjectAt: new Date(0),
  description: null,
  inviteCode: 'code',
  createdAt: new Date(0),
  announce: false,
  locked: false,
  membersAdd: true,
  approval: false,
  ephemeral: 0,
  members: [member('owner', 'superadmin'), member('admin', 'admin'), member('member', 'member')],
  asking: [],
  ...changes,
});

describe('in a group', () => {
  it.each<[who: string, deed: GroupDeed, settings: Partial<Group>, may: boolean]>([
    ['member', 'see', {}, true],
    ['member', 'write', {}, true],
    ['member', 'write', { announce: true }, false],
    ['admin', 'write', { announce: true }, true],
    ['member', 'describe', {}, true],
    ['member', 'describe', { locked: true }, false],
    ['owner', 'describe', { locked: true }, true],
    ['member', 'add', {}, true],
    ['member', 'add', { membersAdd: false }, false],
    ['member', 'remove', {}, false],
    ['member', 'promote', {}, false],
    ['admin', 'demote', {}, true],
    ['member', 'administer', {}, false],
    ['admin', 'administer', {}, true],
    ['stranger', 'see', {}, false],
  ])('%s to %s, %j: %s', (who, deed, settings, may) => {
    const attempt = () => assertMay({ number: who }, deed, group(settings));
    if (may) expect(attempt).not.toThrow();
    else expect(attempt).toThrow(who === 'stranger' ? 'not in this group' : 'Only admins');
  });

  it.each<[action: MemberAction, who: string | undefined, outcome: number]>([
    ['add', 'stranger', 200],
    ['add', 'member', 409],
    ['add', undefined, 404],
    ['remove', 'member', 200],
    ['remove', 'admin', 200],
    ['remove', 'owner', 403],
    ['remove', 'stranger', 404],
    ['promote', 'member', 200],
    ['promote', 'admin', 409],
    ['demote', 'admin', 200],
    ['demote', 'member', 409],
    ['demote', 'owner', 403],
  ])('to %s %s is answered with %s', (action, who, outcome) => {
    expect(outcomeOf(action, group(), who === undefined ? undefined : person(who))).toBe(outcome);
  });

  it('somebody becomes admin when the last one leaves', () => {
    expect(heirOf(group(), { number: 'owner' })).toBeNull();
    expect(heirOf(group({ members: [member('owner', 'superadmin'), member('first', 'member'), member('second', 'member')] }), { number: 'owner' })).toMatchObject({ number: 'first' });
    expect(heirOf(group({ members: [member('owner', 'superadmin')] }), { number: 'owner' })).toBeNull();
  });
});
