// A Jest reporter that writes how many tests passed, failed and were skipped, so that `npm test` can add them up. Nx
// restores the file with a cached result.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const workspace = join(import.meta.dirname, '../..');

/** Where the counts of a project's target are. */
export const countsFile = (projectRoot, target) => `test-results/${projectRoot.replaceAll('/', '-')}.${target}.json`;

export default class JestCount {
  constructor({ rootDir }, { target }) {
    this.file = join(workspace, countsFile(relative(workspace, rootDir), target));
  }

  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(this.file, JSON.stringify(counts));
  }
}
