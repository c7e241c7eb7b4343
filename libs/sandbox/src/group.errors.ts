import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.group-not-found',
  status: 404,
  title: 'No such group',
  cause: 'No group of simulated phones has the id, or the invite code is not valid (any more).',
  remedy: 'Take the id from GET /v1/sandbox/phones/{number}/groups, the code from GET /v1/sandbox/phones/{number}/groups/{group}/invite of an admin.',
})
export class GroupNotFound extends Problem {
  constructor() {
    super('There is no such group.');
  }
}

@ProblemType({
  code: 'sandbox.not-in-group',
  status: 403,
  title: 'Not in this group',
  cause: 'The phone is not in the group, or not any more.',
  remedy: 'Let a member add it, or join by the invite code.',
})
export class NotInGroup extends Problem {
  constructor() {
    super('This phone is not in this group.');
  }
}

@ProblemType({
  code: 'sandbox.not-allowed-in-group',
  status: 403,
  title: 'Only admins may do that',
  cause: 'The phone is in the group and is not one of its admins, and the settings of the group leave this to them.',
  remedy: 'Do it with the phone of an admin, or let one change the settings.',
})
export class NotAllowedInGroup extends Problem {
  constructor() {
    super('Only admins of this group may do that.');
  }
}

@ProblemType({
  code: 'sandbox.already-in-group',
  status: 409,
  title: 'Already in this group',
  cause: 'The phone is in the group that it wants to join, or has asked to be let in.',
  remedy: 'Nothing is left to do, or an admin has to let it in.',
})
export class AlreadyInGroup extends Problem {
  constructor() {
    super('This phone is in this group already, or has asked to be.');
  }
}

@ProblemType({
  code: 'sandbox.too-many-groups',
  status: 409,
  title: 'Too many groups',
  cause: 'A tenant has at most 1,000 groups of simulated phones.',
  remedy: 'Let everybody leave some of them: a group without members is gone.',
})
export class TooManyGroups extends Problem {
  constructor() {
    super('This tenant has as many groups as it may have.');
  }
}

@ProblemType({
  code: 'sandbox.group-full',
  status: 409,
  title: 'The group is full',
  cause: 'A group has at most 256 members.',
  remedy: 'Remove some of them first.',
})
export class GroupFull extends Problem {
  constructor() {
    super('This group has as many members as it may have.');
  }
}
