import { Problem, ProblemType } from '#libs/platform';

@ProblemType({
  code: 'sandbox.settings-conflict',
  status: 409,
  title: 'The settings have changed meanwhile',
  cause: 'A device changed settings without having seen the latest change of another one.',
  remedy: 'None is needed: clients fetch what is new and try again.',
})
export class SettingsConflict extends Problem {
  constructor() {
    super('These settings have changed meanwhile.');
  }
}

@ProblemType({
  code: 'sandbox.bad-settings',
  status: 400,
  title: 'The change of settings does not fit',
  cause: 'A device changed settings under another key than that of its account, or with MACs that are wrong.',
  remedy: 'Pair the instance again: it is given the key then.',
})
export class BadSettings extends Problem {
  constructor(reason: string) {
    super(`The change of settings does not fit: ${reason}.`);
  }
}

@ProblemType({
  code: 'sandbox.too-many-settings',
  status: 409,
  title: 'Too many settings',
  cause: 'An account has at most 5,000 settings, and all accounts of a tenant 50,000: pinned and muted chats, starred messages, saved contacts and the like.',
  remedy: 'Use another phone, or another tenant.',
})
export class TooManySettings extends Problem {
  constructor() {
    super('There are as many settings as there may be.');
  }
}
