import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@kelp/testing';
import { runNode, startNode } from '../src/node-program.js';
import { Supervised } from '../src/supervised.js';

const STAYS = `console.log('at work'); setInterval(() => {}, 1000);`;
const FAILS = `console.log('It does not work.'); process.exit(3);`;

describe('a supervised program', () => {
  let folder: string;
  let failures: string[];
  let recoveries: number;
  const pids: number[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kelp-supervised-'));
    failures = [];
    recoveries = 0;
    pids.length = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const script = () => join(folder, 'program.mjs');
  const options = () => ({
    name: 'program',
    args: [script()],
    env: process.env,
    log: join(folder, 'program.log'),
    onSpawn: (pid: number) => {
      pids.push(pid);
    },
  });
  const supervised = () =>
    new Supervised({
      name: 'program',
      start: async () => startNode(options()),
      onFailure: (sentence) => failures.push(sentence),
      onRecovery: () => {
        recoveries += 1;
      },
    });

  it('is started again when it is killed', async () => {
    writeFileSync(script(), STAYS);
    const program = supervised();
    await program.start();
    const first = program.pid!;
    process.kill(first, 'SIGKILL');
    await eventually(() => expect(recoveries).toBe(1));
    expect(failures).toEqual(['program was ended by SIGKILL']);
    expect(program.pid).not.toBe(first);
    await program.stop();
  });

  it('stays away once it is stopped, also where it was just being started again', async () => {
    writeFileSync(script(), STAYS);
    const program = supervised();
    await program.start();
    process.kill(program.pid!, 'SIGKILL');
    await eventually(() => expect(failures).toHaveLength(1));
    await program.stop();
    expect(program.pid).toBeUndefined();
    expect(pids).toHaveLength(1);
  });

  it('is given more and more time where it ends again and again', async () => {
    writeFileSync(script(), FAILS);
    const program = supervised();
    await program.start();
    const startedAt = performance.now();
    await eventually(() => expect(pids.length).toBeGreaterThanOrEqual(4));
    expect(performance.now() - startedAt).toBeGreaterThan(250 + 500 + 1000);
    await program.stop();
  });

  it('says its last words where it fails', async () => {
    writeFileSync(script(), FAILS);
    await expect(runNode(options())).rejects.toThrow(
      /^program ended with exit code 3; the last lines of .*program.log:\n {2}It does not work\.$/,
    );
  });

  it('is ended by a signal that it can answer', async () => {
    writeFileSync(script(), `process.on('SIGTERM', () => { console.log('tidied up'); process.exit(0); }); ${STAYS}`);
    const program = supervised();
    await program.start();
    await eventually(() => expect(readFileSync(options().log, 'utf8')).toContain('at work'));
    await program.stop();
    expect(readFileSync(options().log, 'utf8')).toContain('tidied up');
  });
});
