/** What the catalogue of a database says about what keeps tenants apart. */
export interface Catalogue {
  tables: { name: string; hasTenant: boolean; enabled: boolean; forced: boolean }[];
  policies: { table: string; roles: string[]; using: string | null; check: string | null; permissive: boolean }[];
  views: { name: string; invoker: boolean; materialized: boolean }[];
  /** functions that run as their owner */
  definers: string[];
  ownedByRuntime: string[];
  /** tables that anybody has a privilege on */
  grantedToPublic: string[];
}

const OWN_TENANT = /\(?(tenant_id|id) = tenure_tenant\(\)\)?/;

/** Every way past row-level security that the catalogue shows, a sentence each; empty when there is none. */
export function findIsolationFaults({ tables, policies, views, definers, ownedByRuntime, grantedToPublic }: Catalogue): string[] {
  return [
    ...tables.filter(holdsTenants).flatMap((table) => tableFaults(table, policies)),
    ...views.filter(({ invoker }) => !invoker).map(({ name }) => `the view ${name} reads with its owner's eyes`),
    ...views.filter(({ materialized }) => materialized).map(({ name }) => `the materialized view ${name} holds the rows of all tenants`),
    ...definers.map((name) => `the function ${name} runs as its owner`),
    ...ownedByRuntime.map((name) => `${name} belongs to a role of the runtime`),
    ...grantedToPublic.map((name) => `everybody has a privilege on ${name}`),
  ];
}

const holdsTenants = ({ name, hasTenant }: Catalogue['tables'][number]): boolean => hasTenant || name === 'public.tenants';

function tableFaults({ name, enabled, forced }: Catalogue['tables'][number], policies: Catalogue['policies']): string[] {
  const own = policies.filter(({ table, roles }) => table === name && (roles.includes('tenure_app') || roles.includes('public')));
  return [
    ...(enabled ? [] : [`${name} has no row-level security`]),
    ...(forced ? [] : [`${name} does not force row-level security on its owner`]),
    ...(own.length > 0 ? [] : [`${name} has no policy for tenure_app`]),
    ...own.filter((policy) => !bindsTenant(policy)).map(() => `${name} has a policy that does not ask for the tenant`),
  ];
}

/** Permissive policies are joined by OR: each of them has to ask. */
function bindsTenant({ using, check, permissive }: Catalogue['policies'][number]): boolean {
  return !permissive || [using, check].every((expression) => expression === null || OWN_TENANT.test(expression));
}
