import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyOfRepository } from '@kelp/testing';
import type { Bench, Findings } from '../bench.js';

/** A line of code that changes what is compiled, and nothing that is said or done. */
const CHANGE = { file: 'apps/template/src/template/page.ts', line: 'export const changed = true;\n' };

/** What a change of one line in one service costs, against testing everything. */
export const affected: Bench = {
  name: 'affected',
  what: 'nx affected -t test after one line of one service has changed, against testing everything',
  run: async (say) => [measure(say)],
};

function measure(say: (text: string) => void): Findings {
  const { root, remove } = copyOfRepository();
  try {
    for (const args of [
      ['init', '-q', '-b', 'main'],
      ['add', '-A'],
      ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', 'commit', '-qm', 'before'],
    ])
      execFileSync('git', args, { cwd: root });
    const run = (what: string, ...args: string[]) => {
      say(`${what} …`);
      return timed(root, args);
    };
    const all = ['run-many', '-t', 'test'];
    const some = ['affected', '-t', 'test'];
    const everything = run('everything, with an empty cache', ...all);
    const everythingAgain = run('everything once more', ...all);
    appendFileSync(join(root, CHANGE.file), CHANGE.line);
    const afterChange = run('what the line affects', ...some);
    const afterChangeCold = run('what the line affects, without the cache', ...some, '--skip-nx-cache');
    return {
      title: `one line in ${CHANGE.file}`,
      heading: ['command', 'tests of', 'nothing cached', 'cached what has run before'],
      rows: [
        ['npx nx run-many -t test', `${everything.projects} projects`, shown(everything), shown(everythingAgain)],
        ['npx nx affected -t test', `${afterChange.projects} projects`, shown(afterChangeCold), shown(afterChange)],
      ],
      notes: ['Wall-clock time, and CPU time of all processes. What generates code runs first where it is not cached.'],
    };
  } finally {
    remove();
  }
}

interface Timed {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly projects: number;
  /** Of how many tasks, how many came from the cache. */
  readonly hits: string;
}

/** The last line of a shell's `times`: what its children took. */
const TIMES = /(\S+) (\S+)\s*$/;
const HITS = /Cache: +(\d+)\/(\d+) hit/;

/** Runs Nx. Its shell tells, at the end, the CPU time of all that has run. */
function timed(cwd: string, args: readonly string[]): Timed {
  const start = performance.now();
  const command = `"$0" node_modules/nx/dist/bin/nx.js "$@" --output-style=static; code=$?; times; exit $code`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command, process.execPath, ...args], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', NODE_OPTIONS: '' },
  });
  const wallMs = performance.now() - start;
  if (status !== 0) throw new Error(`nx ${args.join(' ')} failed:\n${stdout}${stderr}`);
  const [, user = '', system = ''] = TIMES.exec(stdout) ?? [];
  // Nx says nothing of a cache that it was told not to use.
  const [, hits = '0', tasks = 'all'] = HITS.exec(stdout) ?? [];
  const projects = new Set([...stdout.matchAll(/^> nx run (\S+):test\b/gm)].map(([, name]) => name));
  return {
    wallMs,
    cpuMs: secondsIn(user) * 1_000 + secondsIn(system) * 1_000,
    projects: projects.size,
    hits: `${hits} of ${tasks}`,
  };
}

/** `1m2.345s`, as shells write it. */
function secondsIn(text: string): number {
  const [, minutes = '0', seconds = '0'] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

const shown = ({ wallMs, cpuMs, hits }: Timed) =>
  `${(wallMs / 1_000).toFixed(0)} s, CPU ${(cpuMs / 1_000).toFixed(0)} s (${hits} tasks cached)`;
