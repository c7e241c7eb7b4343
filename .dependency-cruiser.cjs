// Who may know whom: `npm run boundaries`. Every rule is proven to bite by test/meta/boundaries.spec.ts.
const FEATURES = 'tenants|instances|connections|messaging|retention|audit|webhooks|sandbox';
const TESTS = '\\.spec\\.ts$|^libs/[^/]+/test/|^libs/[^/]+/src/testing/|^libs/testing/|^test/';

/** @type {import('dependency-cruiser').IConfiguration} */
/** Functions of what they are given and of nothing else; the second are their arithmetic. */
const PURE_RULES = '/(decide|next|plan)-[^/]+\\.ts$';
const ARITHMETIC = '/(fair-share|number-range)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two injectables that import each other crash an ES-module application at start, and tests may not show it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'An import that leads nowhere is a rule that stays silent.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'contracts-imports-nobody',
      comment: 'The contracts are the page everybody reads first: they depend on no code of the product.',
      severity: 'error',
      from: { path: '^libs/contracts/' },
      to: { path: '^(libs|apps|test)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'platform-imports-contracts-only',
      comment: 'The ground knows nothing of what stands on it.',
      severity: 'error',
      from: { path: '^libs/platform/', pathNot: TESTS },
      to: { path: '^(libs|apps|test)/', pathNot: '^libs/(platform|contracts)/' },
    },
    {
      name: 'features-do-not-import-each-other',
      comment: 'Features meet in contracts (events, ports) and in platform (journal, the instance lock), so that each can be read and changed alone.',
      severity: 'error',
      from: { path: `^libs/(${FEATURES})/` },
      to: { path: `^libs/(${FEATURES})/`, pathNot: '^libs/$1/' },
    },
    {
      name: 'nobody-imports-policy',
      comment: 'Policy is the roof: it imports features, and only tests and applications import it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '^libs/(policy|testing)/' },
      to: { path: '^libs/policy/' },
    },
    {
      name: 'only-by-index',
      comment: 'A lib has one front door, its index.ts; everything else in it is free to move.',
      severity: 'error',
      from: { path: '^(libs|apps)/([^/]+)/' },
      to: { path: '^libs/[^/]+/(?!src/index\\.ts$)', pathNot: '^$1/$2/' },
    },
    {
      name: 'libs-do-not-import-apps',
      comment: 'An application composes libs; a lib that knows one belongs into it.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'apps-do-not-import-each-other',
      comment: 'Applications share the list of features, and standalone is the other two in one process; nothing else.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: ['^apps/$1/', '^apps/api/src/features\\.ts$', '^apps/(api|worker)/src/[^/]+\\.module\\.ts$'] },
    },
    {
      name: 'console-imports-no-lib',
      comment: 'The console talks to the REST API and nothing else; its types come from the OpenAPI document.',
      severity: 'error',
      from: { path: '^apps/console/' },
      to: { path: '^libs/' },
    },
    {
      name: 'packages-stand-alone',
      comment: 'What others install knows the API and nothing of the product behind it.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: { path: '^(apps|libs|test|packages)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'product-imports-no-package',
      comment: 'The product does not call itself over HTTP; tests do, as its users would.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '^apps/(console|cli)/' },
      to: { path: '^packages/' },
    },
    {
      name: 'pure-rules-import-types-only',
      comment: 'What decides, plans or names the next state gets everything handed in, so that equal facts give equal answers; only other such rules and the error it throws are values.',
      severity: 'error',
      from: { path: PURE_RULES, pathNot: TESTS },
      to: { dependencyTypesNot: ['type-only'], pathNot: ['[-.]errors?\\.ts$', PURE_RULES, ARITHMETIC] },
    },
    {
      name: 'baileys-in-two-files',
      comment: 'The signature checks that Baileys lost are restored where its values are imported: once for sessions and once for the sandbox.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: ['^libs/connections/src/whatsapp-engine\\.ts$', '^libs/sandbox/src/protocol/baileys\\.ts$', TESTS] },
      to: { path: 'node_modules/@whiskeysockets/baileys/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sources-do-not-import-tests',
      comment: 'What runs in production does not need what proves it.',
      severity: 'error',
      from: { path: '^(libs|apps)/', pathNot: TESTS },
      to: { path: TESTS },
    },
  ],
  options: {
    // a generated client is as its generator writes it
    doNotFollow: { path: ['node_modules', '^packages/[^/]+/src/generated/'] },
    exclude: { path: '^packages/[^/]+/(dist|src/generated/.*\\.gen)' },
    // prisma's client is written by a tool, and refers to run times that are not installed
    // sees `import type`, which compilation erases
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      // without the private condition `#libs/*` would resolve to dist, and no rule about libs would ever match
      conditionNames: ['tenure-source', 'types', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
