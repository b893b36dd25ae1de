import { MjmlCompiler } from '../src/rendering/mjml-compiler.js';
import { growing } from './make-template.js';

let compiler: MjmlCompiler;
afterEach(() => compiler.onApplicationShutdown());

const ROOMY = { timeoutMs: 30_000, memoryMiB: 512 };

const GOOD = '<mjml><mj-body><mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section></mj-body></mjml>';

/** Takes MJML's compiler many seconds: it looks for each tag's line from the start. */
const SLOW = `<mjml><mj-body>${`<mj-raw/>${'\n'.repeat(20)}`.repeat(30_000)}</mj-body></mjml>`;

describe("MJML's compiler", () => {
  it('compiles, or says what is wrong', async () => {
    compiler = new MjmlCompiler(ROOMY);
    await compiler.onModuleInit();
    const good = await compiler.compile(GOOD);
    expect(good.problems).toEqual([]);
    expect(good.html).toContain('Hi');
    const [wrong, none] = await Promise.all([compiler.compile('<mjml><mj-x/></mjml>'), compiler.compile('')]);
    expect(wrong!.problems).toHaveLength(1);
    expect(none!.problems).toHaveLength(1);
    expect(await compiler.compile(GOOD)).toEqual(good);
  });

  it('gives up a document that takes too long, and goes on with the next', async () => {
    compiler = new MjmlCompiler({ ...ROOMY, timeoutMs: 1_000 });
    await compiler.onModuleInit();
    const [slow, next] = await Promise.all([compiler.compile(SLOW), compiler.compile(GOOD)]);
    expect(slow!.problems).toEqual(['Compiling takes longer than 1000 ms.']);
    expect(next!.html).toContain('Hi');
  });

  it('gives up a document that takes too much memory, and goes on with the next', async () => {
    compiler = new MjmlCompiler({ ...ROOMY, memoryMiB: 128 });
    await compiler.onModuleInit();
    const large = await compiler.compile(growing({ megabytes: 200 }));
    expect(large.problems).toEqual(['Compiling takes more than 128 MiB of memory.']);
    expect((await compiler.compile(GOOD)).html).toContain('Hi');
  });

  it('gives no more of a document than tells that it is too large', async () => {
    compiler = new MjmlCompiler(ROOMY);
    expect((await compiler.compile(growing({ megabytes: 4 }))).html).toHaveLength(2 * 1024 * 1024 + 1);
  });

  it('does not hold up the process meanwhile', async () => {
    compiler = new MjmlCompiler({ ...ROOMY, timeoutMs: 1_500 });
    await compiler.onModuleInit();
    let longestMs = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longestMs = Math.max(longestMs, performance.now() - last);
      last = performance.now();
    }, 10);
    await compiler.compile(SLOW);
    clearInterval(timer);
    expect(longestMs).toBeLessThan(1_000);
  });

  it('skips a document that nobody waits for any more', async () => {
    compiler = new MjmlCompiler(ROOMY);
    const abort = new AbortController();
    const first = compiler.compile(GOOD);
    const second = compiler.compile(GOOD, abort.signal);
    abort.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    expect((await first).problems).toEqual([]);
  });
});
