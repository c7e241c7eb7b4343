export { InstanceDto } from './instance.dto.js';
export type { Transition } from './instance.js';
export { InstanceLifecycle } from './instance-lifecycle.js';
export { InstanceViews } from './instance-views.js';
export { InstancePurged } from './instances.errors.js';
export { InstancesModule } from './instances.module.js';
export { LIFECYCLE_MOVES } from './lifecycle-moves.js';
