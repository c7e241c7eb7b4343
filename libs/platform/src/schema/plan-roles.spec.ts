import { planRoles, type RoleFacts } from './plan-roles.js';

const ready = { powerful: false, inherits: true, loginMaySet: true };
const complete: RoleFacts = {
  login: 'app',
  database: 'app',
  serverVersion: 18,
  roles: { tenure_owner: ready, tenure_app: ready, tenure_platform: ready },
  platform: { maySet: true, inherited: false },
  ownerMayCreate: { inDatabase: true, inPublic: true },
  usageOfPublic: { tenure_app: true, tenure_platform: true },
  appMayCreateInPublic: false,
};
const nothing: RoleFacts = {
  ...complete,
  roles: {},
  platform: { maySet: false, inherited: false },
  ownerMayCreate: { inDatabase: false, inPublic: false },
  usageOfPublic: {},
};

describe('The roles that keep tenants apart', () => {
  it('need nothing when they are as they must be', () => {
    expect(planRoles(complete)).toEqual([]);
  });

  it('are made and granted on a new server', () => {
    expect(planRoles(nothing)).toEqual([
      'CREATE ROLE tenure_owner NOLOGIN',
      'CREATE ROLE tenure_app NOLOGIN',
      'CREATE ROLE tenure_platform NOLOGIN',
      'GRANT tenure_platform TO tenure_app WITH INHERIT FALSE, SET TRUE',
      'GRANT tenure_owner TO app WITH INHERIT FALSE, SET TRUE',
      'GRANT tenure_app TO app WITH INHERIT FALSE, SET TRUE',
      'GRANT tenure_platform TO app WITH INHERIT FALSE, SET TRUE',
      'GRANT CREATE ON DATABASE app TO tenure_owner',
      'GRANT USAGE, CREATE ON SCHEMA public TO tenure_owner',
      'GRANT USAGE ON SCHEMA public TO tenure_app, tenure_platform',
    ]);
  });

  it('are kept apart by NOINHERIT on PostgreSQL 15, which knows no grant without inheritance', () => {
    const plan = planRoles({ ...nothing, serverVersion: 15 });
    expect(plan).toContain('ALTER ROLE tenure_app NOINHERIT');
    expect(plan).toContain('GRANT tenure_platform TO tenure_app');
    expect(plan.join()).not.toContain('WITH INHERIT');
  });

  it.each([
    ['an app role that may pass row-level security', { roles: { ...complete.roles, tenure_app: { ...ready, powerful: true } } }, 'ALTER ROLE tenure_app NOLOGIN NOSUPERUSER NOBYPASSRLS'],
    ['an app role that has the platform rights all the time', { platform: { maySet: true, inherited: true } }, 'REVOKE tenure_platform FROM tenure_app'],
    ['a login that may not act as the app role', { roles: { ...complete.roles, tenure_app: { ...ready, loginMaySet: false } } }, 'GRANT tenure_app TO app'],
    ['an app role that may make tables', { appMayCreateInPublic: true }, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC'],
    ['an owner that may make no schema', { ownerMayCreate: { inDatabase: false, inPublic: true } }, 'GRANT CREATE ON DATABASE app TO tenure_owner'],
  ])('are put right when there is %s', (_what, difference: Partial<RoleFacts>, statement) => {
    expect(planRoles({ ...complete, ...difference })[0]).toMatch(statement);
  });
});
