/** What CommonJS packages take for granted, and an ES module has not. The first line of each bundle. */
export const commonjsGlobals = [
  "import { createRequire as kelpCreateRequire } from 'node:module';",
  "import { dirname as kelpDirname } from 'node:path';",
  "import { fileURLToPath as kelpFileURLToPath } from 'node:url';",
  'const require = kelpCreateRequire(import.meta.url);',
  'const __filename = kelpFileURLToPath(import.meta.url);',
  'const __dirname = kelpDirname(__filename);',
].join(' ');
