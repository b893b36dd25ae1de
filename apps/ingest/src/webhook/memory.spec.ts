import { BodyMemory } from './memory.js';

it('gives all requests together no more than there is', () => {
  const memory = new BodyMemory(100);
  const [one, other] = [memory.share(), memory.share()];
  expect([one.grow(60), other.grow(60), other.grow(40), one.grow(1)]).toEqual([true, false, true, false]);
  expect(memory.taken).toBe(100);
});

it('has what was given back, once', () => {
  const memory = new BodyMemory(100);
  const share = memory.share();
  share.grow(60);
  share.release();
  share.release();
  expect(memory.taken).toBe(0);
});
