export * from './connections.module.js';
export * from './connections.settings.js';
