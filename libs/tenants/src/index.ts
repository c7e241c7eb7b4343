export { OperatorKeys } from './operator-keys.js';
export { TenantsModule } from './tenants.module.js';
