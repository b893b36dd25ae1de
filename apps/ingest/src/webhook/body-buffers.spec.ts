import { BodyBuffers } from './body-buffers.js';

const KIB = 1024;

it('gives buffers that are large enough, and none to two at once', () => {
  const buffers = new BodyBuffers(1024 * KIB);
  const [one, other] = [buffers.take(70 * KIB), buffers.take(70 * KIB)];
  expect(one.length).toBe(128 * KIB);
  expect(one.buffer).not.toBe(other.buffer);
});

it('gives what came back again, to those who need such a size', () => {
  const buffers = new BodyBuffers(1024 * KIB);
  const one = buffers.take(100 * KIB);
  buffers.giveBack(one);
  expect(buffers.take(200 * KIB)).not.toBe(one);
  expect(buffers.take(65 * KIB)).toBe(one);
  expect(buffers.take(65 * KIB)).not.toBe(one);
});

it('keeps no more than it may', () => {
  const buffers = new BodyBuffers(200 * KIB);
  const many = Array.from({ length: 3 }, () => buffers.take(KIB));
  const large = buffers.take(150 * KIB);
  for (const buffer of [...many, large]) buffers.giveBack(buffer);
  expect(buffers.take(150 * KIB)).not.toBe(large);
  expect(many).toContain(buffers.take(KIB));
});
