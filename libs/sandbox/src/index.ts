export * from './sandbox-elsewhere.module.js';
export * from './sandbox.module.js';
export * from './sandbox.settings.js';
