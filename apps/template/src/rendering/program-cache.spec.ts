import { sampleProgram } from '../../test/sample-program.js';
import { ProgramCache } from './program-cache.js';
import { formatProgram } from './program-form.js';

const program = (html: string) => sampleProgram({ html: { literals: [html], slots: [] } });

/** Counts what it loads; each program takes about 2 kB. */
function store() {
  const loaded: string[] = [];
  const load = (name: string) => async () => {
    loaded.push(name);
    return formatProgram(program(name.padEnd(1_000)));
  };
  return { loaded, load };
}

describe('the cache of compiled versions', () => {
  it('loads a version once, also for those who ask at the same time', async () => {
    const { loaded, load } = store();
    const cache = new ProgramCache(100_000);
    const [a, b] = await Promise.all([cache.get('a', load('a')), cache.get('a', load('a'))]);
    expect(a).toBe(b);
    expect(await cache.get('a', load('a'))).toBe(a);
    expect(loaded).toEqual(['a']);
  });

  it('gives up what was used longest ago when memory is short', async () => {
    const { loaded, load } = store();
    const cache = new ProgramCache(5_000);
    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.get(name, load(name));
    expect(loaded).toEqual(['a', 'b', 'c', 'b']);
  });

  it('keeps nothing that is larger than all of it', async () => {
    const { loaded, load } = store();
    const cache = new ProgramCache(1_000);
    for (const name of ['a', 'a']) await cache.get(name, load(name));
    expect(loaded).toEqual(['a', 'a']);
  });

  it('tries again after it could not load', async () => {
    const { load } = store();
    const cache = new ProgramCache(100_000);
    const failing = async () => Promise.reject(new Error('away'));
    await expect(cache.get('a', failing)).rejects.toThrow('away');
    expect((await cache.get('a', load('a'))).html.literals).toHaveLength(1);
  });
});
