/** Owns the schema and pg-boss's, runs migrations. Nobody logs in as it. */
export const OWNER_ROLE = 'tenure_owner';
/** What the product runs as: no DDL, and row-level security shows it one tenant at a time. */
export const APP_ROLE = 'tenure_app';
/** Sees across tenants; `tenure_app` has to take it on explicitly. */
export const PLATFORM_ROLE = 'tenure_platform';

export const ROLES = [OWNER_ROLE, APP_ROLE, PLATFORM_ROLE] as const;
export type RoleName = (typeof ROLES)[number];

export interface RoleFacts {
  /** Quoted names, ready to stand in a statement. */
  readonly login: string;
  readonly database: string;
  readonly serverVersion: number;
  /** Only those that exist. */
  readonly roles: Partial<Record<RoleName, { powerful: boolean; inherits: boolean; loginMaySet: boolean }>>;
  /** What `tenure_app` has of `tenure_platform`: `inherited` would show it every tenant's rows all the time. */
  readonly platform: { maySet: boolean; inherited: boolean };
  readonly ownerMayCreate: { inDatabase: boolean; inPublic: boolean };
  readonly usageOfPublic: Partial<Record<RoleName, boolean>>;
  readonly appMayCreateInPublic: boolean;
}

/** The statements that are missing, in order; empty when all is as it must be. Running them makes a second plan empty. */
export function planRoles(facts: RoleFacts): string[] {
  return [...planEachRole(facts), ...planPlatform(facts), ...planMembership(facts), ...planDatabase(facts)];
}

function planEachRole({ roles }: RoleFacts): string[] {
  return ROLES.flatMap((name) => {
    const role = roles[name];
    if (!role) return [`CREATE ROLE ${name} NOLOGIN`];
    return role.powerful ? [`ALTER ROLE ${name} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB NOREPLICATION`] : [];
  });
}

/** Since 16 each membership says whether it is inherited; before, the member does. */
function planPlatform({ serverVersion, roles, platform }: RoleFacts): string[] {
  const fine = platform.maySet && !platform.inherited;
  if (serverVersion >= 16) {
    const revoke = platform.inherited ? [`REVOKE ${PLATFORM_ROLE} FROM ${APP_ROLE}`] : [];
    return fine ? [] : [...revoke, `GRANT ${PLATFORM_ROLE} TO ${APP_ROLE} WITH INHERIT FALSE, SET TRUE`];
  }
  const inherit = roles[APP_ROLE]?.inherits === false ? [] : [`ALTER ROLE ${APP_ROLE} NOINHERIT`];
  return [...inherit, ...(platform.maySet ? [] : [`GRANT ${PLATFORM_ROLE} TO ${APP_ROLE}`])];
}

function planMembership({ serverVersion, roles, login }: RoleFacts): string[] {
  const how = serverVersion >= 16 ? ' WITH INHERIT FALSE, SET TRUE' : '';
  return ROLES.filter((name) => !roles[name]?.loginMaySet).map((name) => `GRANT ${name} TO ${login}${how}`);
}

function planDatabase({ database, ownerMayCreate, usageOfPublic, appMayCreateInPublic }: RoleFacts): string[] {
  const withoutUsage = [APP_ROLE, PLATFORM_ROLE].filter((name) => !usageOfPublic[name as RoleName]);
  return [
    ...(ownerMayCreate.inDatabase ? [] : [`GRANT CREATE ON DATABASE ${database} TO ${OWNER_ROLE}`]),
    ...(ownerMayCreate.inPublic ? [] : [`GRANT USAGE, CREATE ON SCHEMA public TO ${OWNER_ROLE}`]),
    ...(withoutUsage.length === 0 ? [] : [`GRANT USAGE ON SCHEMA public TO ${withoutUsage.join(', ')}`]),
    ...(appMayCreateInPublic ? ['REVOKE CREATE ON SCHEMA public FROM PUBLIC'] : []), // a cluster upgraded from 14 or older
  ];
}
