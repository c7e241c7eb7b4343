export * from './sandbox.module.js';
export * from './sandbox.settings.js';
