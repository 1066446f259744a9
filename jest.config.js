/**
 * One Jest project for the whole repository, in ES modules (the Prisma client fails in CommonJS).
 * `npm run jest -- <path>` runs one file. swc only strips types: `npm run types` checks them.
 */
const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: false,
      // As in tsconfig.json: `name!: string` must not define a field, and parameter properties
      // are assigned before field initializers.
      useDefineForClassFields: false,
    },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  // One PostgreSQL for the whole run, started when a test first asks for a database.
  globalSetup: './packages/testkit/jest-global-setup.mjs',
  globalTeardown: './packages/testkit/jest-global-teardown.mjs',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.lyceum/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.lyceum/'],
  // On two cores more workers only slow each other down.
  maxWorkers: 2,
  testTimeout: 30_000,
  workerIdleMemoryLimit: '1GB',
};
