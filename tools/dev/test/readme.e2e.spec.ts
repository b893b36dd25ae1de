import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, ROOT } from './command.js';
import { temporaryFolder, temporaryStack } from './temporary-stack.js';

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The first block of the README in this language. */
const block = (language: string): string => new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(readme)?.[1] ?? '';

describe('the README', () => {
  it('shows a typed client that works', async () => {
    const kelp = await temporaryStack();
    const folder = temporaryFolder();
    try {
      const code = block('ts')
        .replaceAll('.kelp/certs', kelp.stack.path('certs'))
        .replace('50053', String(kelp.stack.ports.analytics));
      expect(code.split('\n').length).toBeLessThanOrEqual(13);
      mkdirSync(join(folder.path, 'src'));
      symlinkSync(join(ROOT, 'node_modules'), join(folder.path, 'node_modules'));
      writeFileSync(join(folder.path, 'src/main.ts'), code);
      const built = command(process.execPath, ['tools/build/bundle.mjs', folder.path]);
      expect({ code: await built.code, said: built.said }).toMatchObject({ code: 0 });
      const tried = command(process.execPath, [join(folder.path, 'dist/main.mjs')]);
      expect({ code: await tried.code, said: tried.said }).toEqual({ code: 0, said: '[]\n' });
    } finally {
      await kelp.stop();
      folder.remove();
    }
  }, 180_000);

  it('names folders that exist', () => {
    const rows = readme.split('\n').filter((line) => /^\| `(apps|libs|proto|tools|k8s|docs)/.test(line));
    const paths = rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([^`*]+)`/g)].map(([, path]) => path!));
    expect(paths.length).toBeGreaterThan(15);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
