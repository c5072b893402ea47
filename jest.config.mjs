/** Tests run on what tsc emitted: one compiler, no transform, workers and import.meta.url as in production. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/dist/test'],
  testMatch: ['**/*.test.js'],
  transform: {},
  maxWorkers: 2,
  workerIdleMemoryLimit: '400MB',
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/test/support/reporter.mjs'],
};
