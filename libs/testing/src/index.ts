export { type Answer, ApiClient } from '../../../test/setup/api-client.js';
export { createTestDatabase, type TestDatabase, withRole } from '../../../test/setup/test-database.js';
export { until } from '../../../test/setup/until.js';
export { expectProblem } from './expect-problem.js';
export { Superuser } from './superuser.js';
export { TestGround, type TestTenant } from './test-ground.js';
