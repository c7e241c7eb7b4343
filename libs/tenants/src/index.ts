export { type FirstTenant, FirstTenants } from './first-tenants.js';
export { KeyLineage } from './key-lineage.js';
export { OperatorKeys } from './operator-keys.js';
export { type Departing, TenantDepartures } from './tenant-departures.js';
export { TenantNotFound } from './tenants.errors.js';
export { TenantsModule } from './tenants.module.js';
