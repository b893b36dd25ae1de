import { join } from 'node:path';
import preset from '../../jest.preset.mjs';

const postgres = join(import.meta.dirname, '../postgres');

/** Tests in `test/`: real sockets, a real PostgreSQL. */
export default {
  ...preset,
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  globalSetup: join(postgres, 'jest-setup.mjs'),
  globalTeardown: join(postgres, 'jest-teardown.mjs'),
  reporters: ['default', [join(import.meta.dirname, 'jest-count.mjs'), { target: 'e2e' }]],
  maxWorkers: 1,
  testTimeout: 60_000,
  // A test that failed leaves its servers open: a person sees that, but nobody would end CI.
  forceExit: process.env.CI === 'true',
};
