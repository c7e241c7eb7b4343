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
// what measures times, or fills the machine, has it for itself (`*.alone.spec.ts`)
const ALONE = '\\.alone\\.spec\\.ts$';
// the same decisions as ever, many more of them
const DECISIONS = '<rootDir>/libs/retention/src/decide-retention.property.spec.ts';
const CAMPAIGNS = {
  short: { match: [SLOW, DECISIONS, '<rootDir>/test/{races,crashes}/**/*.spec.ts'], ignore: [ALONE], workers: 2 },
  alone: { match: ['<rootDir>/test/{races,crashes}/**/*.alone.spec.ts'], ignore: [], workers: 1 },
  // without the minute of what campaigns/connections does for ten
  full: { match: [SLOW, DECISIONS, '<rootDir>/test/{races,crashes,campaigns}/**/*.spec.ts'], ignore: ['/troubled-fleet\\.'], workers: 1 },
};
const FIRST = { match: ['<rootDir>/{apps,libs,packages}/**/*.spec.ts', '<rootDir>/test/stories/**/*.spec.ts', '<rootDir>/test/meta/**/*.spec.ts'], ignore: ['\\.slow\\.spec\\.ts$'], workers: 2 };
const { match, ignore, workers } = CAMPAIGNS[process.env.TENURE_CAMPAIGN] ?? FIRST;

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
  testMatch: match,
  globalSetup: '<rootDir>/test/setup/global-setup.mjs',
  globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
  setupFilesAfterEnv: ['<rootDir>/test/setup/timers.mjs'],
  // no test takes 20 s by itself; a machine that is busy with something else may
  testPathIgnorePatterns: ['/node_modules/', ...ignore],
  testTimeout: 60_000,
  maxWorkers: workers,
};
