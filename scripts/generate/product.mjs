// What the generator reads of the built product.
import 'reflect-metadata';

// first of all: importing the features is what declares their problems
export { SETTINGS } from '../../dist/apps/api/src/features.js';
export { StandaloneModule } from '../../dist/apps/standalone/src/standalone.module.js';
export { FAULTS } from '../../dist/libs/sandbox/src/server/fault-kinds.js';
export { SETTLED_STATES } from '../../dist/libs/contracts/src/index.js';
export { LIFECYCLE_MOVES } from '../../dist/libs/instances/src/index.js';
export { RETENTION_V1_SCHEMA } from '../../dist/libs/retention/src/retention-schema.js';
export { CONNECTION_MOVES } from '../../dist/libs/connections/src/next-connection-state.js';
export {
  DatabaseTarget,
  Keyring,
  MasterKey,
  openApiDocument,
  readSettings,
  renderMetrics,
  renderProblems,
  settingsOf,
  Subscriptions,
} from '../../dist/libs/platform/src/index.js';
