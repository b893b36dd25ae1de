import { PasswordHasher } from './password-hasher.js';

let hasher: PasswordHasher;
beforeEach(() => {
  hasher = new PasswordHasher(3);
});
afterEach(async () => {
  await hasher.onApplicationShutdown();
});

describe('a hash', () => {
  it('is by argon2id, with 19 MiB, another one each time, and of this password only', async () => {
    const [one, two] = await Promise.all([hasher.hash('a whale'), hasher.hash('a whale')]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(two).not.toBe(one);
    expect(hasher.isOutdated(one)).toBe(false);
    expect(hasher.isOutdated(one.replace('t=2', 't=1'))).toBe(true);
    expect(await hasher.verify('a whale', one)).toBe(true);
    expect(await hasher.verify('a whalE', one)).toBe(false);
  });

  it('that does not exist is nobody’s, nor is any that of no password', async () => {
    expect(await hasher.verify('a whale', undefined)).toBe(false);
    expect(await hasher.verify('', undefined)).toBe(false);
    expect(await hasher.verify('', await hasher.hash('-'))).toBe(false);
  });

  it('is made for so many at once, and others are told to come back', async () => {
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => hasher.hash(`whale ${n}`)));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    expect(results[4]).toMatchObject({ reason: { reason: 'TOO_MANY_ATTEMPTS', retryDelayMs: 2_000 } });
    expect(await hasher.hash('whale 6')).toMatch(/./);
  });

  it('that cannot be read says so, and the next one can', async () => {
    await expect(hasher.verify('a whale', '$argon2id$nonsense')).rejects.toThrow('Could not hash');
    expect(await hasher.verify('a whale', await hasher.hash('a whale'))).toBe(true);
  });
});
