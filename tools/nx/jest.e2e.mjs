import { join } from 'node:path';
import preset from '../../jest.preset.mjs';

const postgres = join(import.meta.dirname, '../postgres');

/** Tests in `test/`: real sockets, a real PostgreSQL. */
export default {
  ...preset,
  testMatch: ['<rootDir>/test/**/*.spec.ts'],
  globalSetup: join(postgres, 'jest-setup.mjs'),
  globalTeardown: join(postgres, 'jest-teardown.mjs'),
  maxWorkers: 1,
  testTimeout: 60_000,
};
