import { LazySignal } from './lazy-signal.js';

describe('a lazy signal', () => {
  it('fires for who holds it, with a reason that is made once', () => {
    let made = 0;
    const lazy = new LazySignal();
    const { signal } = lazy;
    lazy.abort(() => ++made);
    lazy.abort(() => ++made);
    expect([signal.aborted, signal.reason, lazy.signal === signal, made]).toEqual([true, 1, true, 1]);
  });

  it('has fired for who asks for it too late', () => {
    const lazy = new LazySignal();
    lazy.abort(() => 'gone');
    expect([lazy.aborted, lazy.signal.aborted, lazy.signal.reason]).toEqual([true, true, 'gone']);
  });

  it('makes nothing where nobody asks', () => {
    const lazy = new LazySignal();
    lazy.abort(() => {
      throw new Error('made');
    });
    expect(lazy.aborted).toBe(true);
  });
});
