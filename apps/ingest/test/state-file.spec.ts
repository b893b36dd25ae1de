import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StateDamaged, StateFile } from '../src/filter/state-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kelp-state-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const file = () => new StateFile(join(folder, 'deep/er/state.bin'));

it('has nothing before the first write', async () => expect(await file().read()).toBeUndefined());

it('has what was written last', async () => {
  await file().write(Buffer.from('one'));
  await file().write(Buffer.alloc(0));
  expect(await file().read()).toEqual(Buffer.alloc(0));
  await file().write(Buffer.from('three'));
  expect(await file().read()).toEqual(Buffer.from('three'));
});

it('is whole whoever writes at the same time, and leaves no drafts behind', async () => {
  const writers = Array.from({ length: 20 }, (_, index) => file().write(Buffer.alloc(100_000, index)));
  const readers = Array.from({ length: 20 }, () => file().read());
  for (const content of await Promise.all(readers)) {
    if (content) expect(new Set(content).size).toBe(1);
  }
  await Promise.all(writers);
  expect(new Set(await file().read()).size).toBe(1);
  expect(await readdir(join(folder, 'deep/er'))).toEqual(['state.bin']);
});

it('says where it is damaged', async () => {
  await file().write(Buffer.from('good'));
  await writeFile(file().path, 'bad');
  await expect(file().read()).rejects.toThrow(StateDamaged);
});

it('leaves no draft where it cannot be written', async () => {
  const taken = new StateFile(join(folder, 'taken'));
  await new StateFile(join(folder, 'taken/inside')).write(Buffer.from('x'));
  await expect(taken.write(Buffer.from('y'))).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['taken']);
});
