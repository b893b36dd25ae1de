import fc from 'fast-check';
import { decodeResumeToken, encodeResumeToken, ResumeTokenExpired, requireHistory } from './resume-token.js';

const epoch = '0123456789abcdef0123456789abcdef';
const state = { epoch, revision: 100n, purgedRevision: 50n };
const revision = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });

describe('a resume token', () => {
  it('gives its position back', () => {
    fc.assert(
      fc.property(revision, revision, (at, snapshotRevision) => {
        const position = { epoch, revision: at, snapshotRevision };
        expect(decodeResumeToken(encodeResumeToken(position))).toEqual(position);
      }),
    );
  });

  it('is refused when it is none', () => {
    fc.assert(fc.property(fc.string(), (text) => expect(() => decodeResumeToken(text)).toThrow(ResumeTokenExpired)));
  });
});

describe('a position', () => {
  const resume = (at: bigint, snapshotRevision = 0n, from = epoch) =>
    requireHistory({ epoch: from, revision: at, snapshotRevision }, state);

  it('is taken up as long as every later deletion is still known', () => {
    expect(() => resume(50n)).not.toThrow();
    expect(() => resume(100n)).not.toThrow();
    expect(() => resume(49n)).toThrow(ResumeTokenExpired);
  });

  it('within a snapshot only needs the deletions since the snapshot began', () => {
    expect(() => resume(3n, 60n)).not.toThrow();
    expect(() => resume(3n, 40n)).toThrow(ResumeTokenExpired);
  });

  it('of a restored database is noticed', () => {
    expect(() => resume(101n)).toThrow('restored');
    expect(() => resume(60n, 0n, 'f'.repeat(32))).toThrow('restored');
  });
});
