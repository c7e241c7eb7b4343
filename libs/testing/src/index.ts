export { activateVersion } from './activate-version.js';
export { type Answer, ApiClient } from './api-client.js';
export { expectProblem } from './expect-problem.js';
export { Superuser } from './superuser.js';
export { createTestDatabase, type TestDatabase, withRole } from './test-database.js';
export { TestGround, type TestTenant } from './test-ground.js';
export { until } from './until.js';
