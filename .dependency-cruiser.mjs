/**
 * The import rules of the architecture. `npm run imports` checks them;
 * scripts/import-rules.test.ts proves that each of them bites.
 */
const SERVICES = 'auth|user|course|progress|analytics|billing|notification';
const PROGRAMS = '^(gateway|standalone|tests|bench|scripts)/';
// A contract is the tests that several implementations share.
const TESTS = '(\\.(test|contract)\\.ts$|^tests/|^bench/|/test/)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'subgraphs-are-islands',
      comment: 'A subgraph imports packages/* and its own files; never another subgraph.',
      severity: 'error',
      from: { path: '^subgraphs/([^/]+)/' },
      to: { path: '^subgraphs/', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'subgraphs-know-no-program',
      comment: 'A subgraph does not know the gateway, nor what puts services together.',
      severity: 'error',
      from: { path: '^subgraphs/' },
      to: { path: PROGRAMS },
    },
    {
      name: 'packages-know-no-domain',
      comment: 'What every service needs knows no service.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: ['^subgraphs/', PROGRAMS] },
    },
    {
      name: 'platform-knows-no-event-of-a-service',
      comment: 'packages/platform handles envelopes and definitions, never a particular event.',
      severity: 'error',
      from: { path: '^packages/platform/', pathNot: TESTS },
      to: { path: `^packages/events/src/(${SERVICES})\\.ts$` },
    },
    {
      name: 'events-import-nothing-of-ours',
      comment: 'The contract between services depends on none of them.',
      severity: 'error',
      from: { path: '^packages/events/', pathNot: TESTS },
      to: { path: ['^packages/(?!events/)', '^subgraphs/', PROGRAMS] },
    },
    {
      name: 'gateway-imports-no-subgraph',
      comment: 'The gateway knows subgraphs by the supergraph only.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: ['^subgraphs/', '^(standalone|tests|bench|scripts)/'] },
    },
    {
      name: 'rules-are-pure',
      comment: '*.rules.ts decide; they import no database, no GraphQL, no platform beyond types.',
      severity: 'error',
      from: { path: '\\.rules\\.ts$' },
      to: {
        path: [
          '^packages/platform/',
          '/generated/',
          '\\.(service|resolver|loaders|consumers|types)\\.ts$',
          'node_modules/(pg|nats|ioredis|undici|fastify|dataloader|graphql|type-graphql)/',
          'node_modules/(@prisma|@apollo)/',
          '^(node:)?(fs|net|http|https|child_process|dns|worker_threads|timers)(/|$)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'testkit-is-for-tests',
      comment: 'Only tests and benchmarks import packages/testkit.',
      severity: 'error',
      from: { pathNot: [TESTS, '^packages/testkit/'] },
      to: { path: '^packages/testkit/' },
    },
    {
      name: 'nothing-imports-tests',
      comment: 'A test file is nobody’s library.',
      severity: 'error',
      from: {},
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'no-cycles',
      comment:
        'Files that need each other are one file. GraphQL object types may: they refer by thunks.',
      severity: 'error',
      from: { pathNot: '\\.types\\.ts$' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'imports-resolve',
      comment: 'Every import finds its file or a package that is installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Imports of types count, so that not even a type crosses between services.
    tsPreCompilationDeps: true,
    doNotFollow: { path: ['(^|/)node_modules/', '/generated/'] },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
