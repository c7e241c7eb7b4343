// Nest, Baileys and the Prisma client are ES modules: `npm test` runs Jest under --experimental-vm-modules.
const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      target: 'es2022',
      keepClassNames: true,
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

// what a run is about: everything that is quick, or only what takes its time (`*.slow.spec.ts` beside what they are about)
const SLOW = '<rootDir>/{apps,libs,test/stories}/**/*.slow.spec.ts';
const CAMPAIGNS = { short: [SLOW, '<rootDir>/test/{races,crashes}/**/*.spec.ts'], full: [SLOW, '<rootDir>/test/{races,crashes,campaigns}/**/*.spec.ts'] };
const campaign = CAMPAIGNS[process.env.TENURE_CAMPAIGN];

export default {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': swc },
  moduleNameMapper: {
    '^#libs/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/packages/[^/]+/dist/'],
  testMatch: campaign ?? ['<rootDir>/{apps,libs,packages}/**/*.spec.ts', '<rootDir>/test/stories/**/*.spec.ts', '<rootDir>/test/meta/**/*.spec.ts'],
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/setup/timers.mjs'],
  // no test takes 20 s by itself; a machine that is busy with something else may
  testPathIgnorePatterns: ['/node_modules/', ...(campaign ? [] : ['\\.slow\\.spec\\.ts$'])],
  testTimeout: 60_000,
  maxWorkers: 2,
};
