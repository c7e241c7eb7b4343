// House rules, each with its reason in the message. What no rule can say is in the design of the code itself; what a boundary says is in .dependency-cruiser.cjs.
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts', 'libs/*/test/**/*.ts', 'libs/*/src/testing/**/*.ts', 'libs/testing/**/*.ts', 'test/**/*.ts'];

/** Real time is meant here: timers, leases, the ready line, and the sandbox, whose phones and server live in a world of their own. */
const REAL_TIME = [
  'libs/connections/src/connect-pace.ts',
  'libs/connections/src/session-records.ts',
  'libs/connections/src/shown-codes.ts',
  'libs/connections/src/version/rejected-watch.ts',
  'libs/platform/src/clock/**',
  'libs/platform/src/database/database.ts',
  'libs/platform/src/embedded/**',
  'libs/platform/src/process/print-ready.ts',
  'libs/platform/src/schema/**',
  'libs/sandbox/src/**',
  // the waits of many clients must not fall together
  'packages/client/src/patient-fetch.ts',
];
/** Look across tenants: each names its reason in the call. */
const ACROSS_TENANTS = [
  'libs/audit/src/checkpoints/checkpoints.repository.ts',
  'libs/audit/src/keys/signing-keys.repository.ts',
  'libs/audit/src/replay/replayed-tenants.repository.ts',
  'libs/audit/src/sealing/missed-seals.ts',
  'libs/connections/src/fleet.repository.ts',
  'libs/connections/src/nodes.repository.ts',
  'libs/connections/src/settings/connection-settings.repository.ts',
  'libs/connections/src/version/whatsapp-version.repository.ts',
  'libs/messaging/src/message-contents.repository.ts',
  'libs/platform/src/crypto/verify-master-key.ts',
  'libs/platform/src/health/database.readiness.ts',
  'libs/platform/src/idempotency/reply-pruning.ts',
  'libs/platform/src/jobs/queue-backlog.ts',
  'libs/platform/src/journal/journal-backlog.ts',
  'libs/platform/src/journal/sequencer.ts',
  'libs/platform/src/journal/unsealed.ts',
  'libs/platform/src/key-rotation/key-holders.repository.ts',
  'libs/platform/src/key-rotation/key-rotation.ts',
  'libs/platform/src/key-rotation/key-status.ts',
  'libs/platform/src/key-rotation/wrapped-keys.repository.ts',
  'libs/platform/src/metrics/platform-state.metrics.ts',
  'libs/platform/src/switches/platform-state.repository.ts',
  'libs/policy/src/backlog/retention-backlog.repository.ts',
  'libs/policy/src/bulk/bulk-requests.repository.ts',
  'libs/policy/src/clock/clock-mark.repository.ts',
  'libs/policy/src/preview/policy-previews.repository.ts',
  'libs/policy/src/retention-rescans.repository.ts',
  'libs/policy/src/retention-schedule.repository.ts',
  'libs/policy/src/retention-walk.repository.ts',
  'libs/policy/src/runs/runs.repository.ts',
  'libs/policy/src/tenant-deletion/tenant-deletions.repository.ts',
  'libs/policy/src/tombstones/tombstones.repository.ts',
  'libs/retention/src/platform-holds.repository.ts',
  'libs/tenants/src/api-keys.repository.ts',
  'libs/tenants/src/operator-keys.ts',
  'libs/tenants/src/tenants.repository.ts',
];
/** Make new WhatsApp credentials: only for a pairing that somebody asked for. */
const NEW_CREDENTIALS = ['libs/connections/src/session-claims.ts', 'libs/connections/src/whatsapp-engine.ts', 'libs/sandbox/src/protocol/baileys.ts', 'libs/sandbox/src/testing/**'];

const NO_FORWARD_REF = {
  selector: "Identifier[name='forwardRef']",
  message: 'A cycle between two injectables crashes an ES-module application at start, also with forwardRef: cut it.',
};
const NO_ENVIRONMENT = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'The environment is read once, by readSettings; add a field to a class of settings.',
};
const NO_CLOCK = {
  selector: ":matches(NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.object.name='Date'][callee.property.name='now'])",
  message: "Facts and deadlines have one clock, the database's: ask Clock, or have `now` handed in. Where real time is meant, list the file in eslint.config.mjs.",
};
const NO_DICE = {
  selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
  message: 'Chance is handed in, so that a test can choose it. Where real chance is meant, list the file in eslint.config.mjs.',
};
const NO_CROSSING = {
  selector: "CallExpression[callee.property.name=/^(acrossTenants|readAcrossTenants)$/]",
  message: 'Only the few files listed in eslint.config.mjs look across tenants; everything else is database.forTenant or forCaller.',
};
const NO_MOVE = {
  selector: "CallExpression[callee.property.name='move'][callee.object.property.name=/[lL]ifecycle$/]",
  message: 'Only policy moves an instance along its lifecycle, after decide() and under its lock.',
};
const NO_NEW_CREDENTIALS = {
  selector: 'CallExpression[callee.name=/^(initAuthCreds|newCredentials)$/]',
  message: 'New credentials overwrite a pairing: they are made in one place, for a pairing that somebody asked for.',
};
const NO_HTTP_EXCEPTION = {
  selector:
    "ImportDeclaration[source.value='@nestjs/common'] > ImportSpecifier[imported.name=/^(HttpException|(BadRequest|Unauthorized|Forbidden|NotFound|Conflict|Gone|UnprocessableEntity|InternalServerError|ServiceUnavailable|BadGateway|GatewayTimeout|NotImplemented|PayloadTooLarge|MethodNotAllowed|NotAcceptable|PreconditionFailed|RequestTimeout|UnsupportedMediaType|ImATeapot|Misdirected|HttpVersionNotSupported)Exception)$/]",
  message: 'Throw a Problem with a stable code (libs/platform/src/http/problem.ts): it is documented, and the same for every caller.',
};
const NO_DEFAULT_EXPORT = { selector: 'ExportDefaultDeclaration', message: 'Named exports only: one name everywhere.' };

/** Flat config replaces a rule's options, so every set of restrictions is written whole: all of them but those lifted. */
const RESTRICTIONS = [NO_FORWARD_REF, NO_ENVIRONMENT, NO_CLOCK, NO_DICE, NO_CROSSING, NO_MOVE, NO_NEW_CREDENTIALS, NO_HTTP_EXCEPTION, NO_DEFAULT_EXPORT];
const restrictAllBut = (...lifted) => ['error', ...RESTRICTIONS.filter((restriction) => !lifted.includes(restriction))];
const lift = (files, ...lifted) => ({ files, rules: { 'no-restricted-syntax': restrictAllBut(...lifted) } });

export default defineConfig(
  globalIgnores(['node_modules/', 'dist/', 'data/', 'coverage/', 'apps/console/', 'packages/*/dist/', 'packages/*/src/generated/']),
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'no-restricted-syntax': restrictAllBut(),
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // a number in a sentence is no mistake; an object is
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      // an assertion may tell the reader what the compiler could find out
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      // a class that implements a port may answer at once
      '@typescript-eslint/require-await': 'off',
      // a module, or a class whose decorator says everything
      '@typescript-eslint/no-extraneous-class': 'off',
      // look twice: past these a file or function usually is two
      'max-lines': ['warn', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-params': ['warn', { max: 5 }],
    },
  },
  // of two sets that name a file the later counts, so the exact ones come last
  lift(['libs/policy/**'], NO_MOVE),
  // the reader, and what hands the environment on to PostgreSQL's own programs
  lift(['libs/platform/src/config/read-settings.ts'], NO_ENVIRONMENT),
  lift(REAL_TIME, NO_CLOCK, NO_DICE),
  lift(['libs/platform/src/embedded/command.ts'], NO_ENVIRONMENT, NO_CLOCK),
  lift(ACROSS_TENANTS, NO_CROSSING),
  lift(NEW_CREDENTIALS, NO_NEW_CREDENTIALS),
  lift(['libs/platform/src/http/**'], NO_HTTP_EXCEPTION),
  {
    files: SPECS,
    rules: {
      'no-restricted-syntax': [
        ...restrictAllBut(NO_ENVIRONMENT, NO_CLOCK, NO_DICE, NO_CROSSING, NO_MOVE, NO_NEW_CREDENTIALS),
        {
          selector: "CallExpression[callee.object.name=/^(it|test|describe)$/][callee.property.name=/^(only|skip|todo|failing)$/]",
          message: 'A test runs or is not there.',
        },
        { selector: "CallExpression[callee.name=/^(xit|xtest|xdescribe|fit|fdescribe)$/]", message: 'A test runs or is not there.' },
      ],
      // a story is one function, and an answer of the API is what the test says it is
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'off',
    },
  },
  { files: ['prisma.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: { ecmaVersion: 2025 },
    rules: { eqeqeq: ['error', 'always'], 'no-var': 'error', 'prefer-const': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }], 'no-unreachable': 'error', 'no-debugger': 'error' },
  },
);
