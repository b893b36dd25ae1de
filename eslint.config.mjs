// Only what Biome cannot do: project boundaries, rooms inside an app, and rules that need types.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { depConstraints } from './tools/boundaries.mjs';

const generated = { group: ['**/generated/prisma/**'], message: 'Only repositories and database.ts speak Prisma.' };
const transport = {
  group: ['@grpc/*', '@nestjs/microservices'],
  message: '@kelp/rpc serves and calls: docs/decisions/0001-grpc-transport.md.',
};
const testing = { group: ['@kelp/testing'], message: 'Production code has no test doors.' };

export default tseslint.config(
  { ignores: ['**/dist/**', '**/gen/**', '**/generated/**', '**/node_modules/**', '.nx/**'] },
  {
    files: ['{apps,libs,tools}/**/*.ts'],
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@nx/enforce-module-boundaries': ['error', { depConstraints, banTransitiveDependencies: false }],
    },
  },
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.repository.ts', '**/database.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [generated, testing, transport] }] },
  },
  {
    files: ['{apps,libs}/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/config.ts', 'libs/testing/**', 'libs/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'config.ts alone reads the environment.' },
      ],
    },
  },
);
