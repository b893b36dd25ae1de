import fc from 'fast-check';
import { isWithin, movedPath, pathProblem } from './folder-path.js';

const name = fc
  .string({ minLength: 1, maxLength: 4 })
  .filter((text) => pathProblem(text) === undefined && !text.includes('/'));
const path = (maxLength: number, minLength = 1) =>
  fc.array(name, { minLength, maxLength }).map((names) => names.join('/'));

describe('a folder', () => {
  it.each(['/', 'a/', '/a', 'a//b', ' a', 'a ', 'a/ b', 'a\nb', 'a\0', 'a/b/c/d/e/f', 'x'.repeat(51)])(
    'is not %j',
    (path) => expect(pathProblem(path)).toBeDefined(),
  );

  it.each(['', 'a', 'Kampagnen & Co./2026', 'a/b/c/d/e', '🎄'.repeat(50)])('is %j', (path) =>
    expect(pathProblem(path)).toBeUndefined(),
  );

  it('is moved with all within it, and back', () =>
    fc.assert(
      fc.property(path(3), path(2), path(2, 0), (from, to, rest) => {
        const inner = rest === '' ? from : `${from}/${rest}`;
        expect(isWithin(inner, from)).toBe(true);
        const moved = movedPath(inner, from, to);
        expect(pathProblem(moved)).toBeUndefined();
        expect(isWithin(moved, to)).toBe(true);
        expect(movedPath(moved, to, from)).toBe(inner);
        expect(movedPath(inner, from, '')).toBe(rest);
      }),
    ));

  it('is not within one whose name only begins like its own', () => {
    expect(isWithin('ab/c', 'a')).toBe(false);
    expect(isWithin('a', 'a/b')).toBe(false);
  });
});
