export { PolicyModule } from './policy.module.js';
export { TombstoneSettings } from './tombstones/tombstone.settings.js';
