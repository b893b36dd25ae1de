import { join } from 'node:path';
import preset from '../../jest.preset.mjs';

/** Tests beside the code: no I/O. */
export default {
  ...preset,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  reporters: ['default', [join(import.meta.dirname, 'jest-count.mjs'), { target: 'test' }]],
};
