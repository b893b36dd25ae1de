import preset from '../../jest.preset.mjs';

/** Tests in `test/`: real sockets, a real PostgreSQL. */
export default {
  ...preset,
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  globalSetup: new URL('../postgres/jest-setup.mjs', import.meta.url).pathname,
  globalTeardown: new URL('../postgres/jest-teardown.mjs', import.meta.url).pathname,
  maxWorkers: 1,
  testTimeout: 60_000,
};
