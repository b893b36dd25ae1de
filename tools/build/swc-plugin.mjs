import { readFile } from 'node:fs/promises';
import { transform } from '@swc/core';
import { swc } from '../../jest.preset.mjs';

/** Generated code has no decorators: esbuild reads it by itself, and faster. */
const LEFT_TO_ESBUILD = /\/(node_modules|gen|generated)\//;

/** Compiles our own TypeScript with SWC, which writes the decorators' metadata that Nest injects by. */
export const swcPlugin = {
  name: 'swc',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (LEFT_TO_ESBUILD.test(path)) return undefined;
      const { code } = await transform(await readFile(path, 'utf8'), { ...swc, filename: path });
      return { contents: code, loader: 'js' };
    });
  },
};
