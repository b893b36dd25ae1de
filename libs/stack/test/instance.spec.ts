import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlreadyRunning, Instance } from '../src/instance.js';
import { identify } from '../src/process-identity.js';

describe('a folder', () => {
  let folder: string;
  let sleeper: ChildProcess;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kelp-instance-'));
    sleeper = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(sleeper, 'spawn');
  });
  afterEach(() => {
    sleeper.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  const file = () => join(folder, 'processes.json');
  const left = (processes: object) => writeFileSync(file(), JSON.stringify(processes));

  it('is refused to a second start, which hears who has it', async () => {
    left({ kelp: identify(sleeper.pid!) });
    const second = Instance.take(folder, () => {});
    await expect(second).rejects.toThrow(AlreadyRunning);
    await expect(second).rejects.toThrow(String(sleeper.pid));
  });

  it('is cleaned of what a killed start left running', async () => {
    left({ kelp: { pid: sleeper.pid, started: 'in another life' }, analytics: identify(sleeper.pid!) });
    const exit = once(sleeper, 'exit');
    const heard: string[] = [];
    await Instance.take(folder, (names) => heard.push(...names));
    await exit;
    expect(heard).toEqual(['analytics']);
  });

  it('leaves a process alone that only has the id of an earlier one', async () => {
    left({ analytics: { pid: sleeper.pid, started: 'in another life' } });
    await Instance.take(folder, () => {});
    expect(sleeper.exitCode).toBeNull();
  });

  it('is free again once it is released', async () => {
    const instance = await Instance.take(folder, () => {});
    instance.add('analytics', sleeper.pid!);
    instance.release();
    expect(existsSync(file())).toBe(false);
  });

  it('can be taken where its list was cut off', async () => {
    writeFileSync(file(), '{"kelp":');
    await expect(Instance.take(folder, () => {})).resolves.toBeDefined();
  });
});
