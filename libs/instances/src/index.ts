export { InstanceDto } from './instance.dto.js';
export { InstanceLifecycle, type Transition } from './instance-lifecycle.js';
export { InstancesModule } from './instances.module.js';
export { InstancesService } from './instances.service.js';
export { LIFECYCLE_MOVES } from './lifecycle-moves.js';
