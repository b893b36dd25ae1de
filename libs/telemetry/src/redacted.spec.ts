import fc from 'fast-check';
import { redacted } from './redacted.js';

describe('what is logged', () => {
  it('has no secret, wherever it stands', () => {
    const tree = fc.letrec((tie) => ({
      node: fc.dictionary(
        fc.constantFrom('a', 'b', 'email', 'password', 'secrets'),
        fc.oneof({ maxDepth: 8 }, fc.constant('SECRET'), fc.array(tie('node'), { maxLength: 3 }), tie('node')),
        { maxKeys: 3 },
      ),
    })).node as fc.Arbitrary<Record<string, unknown>>;
    const secretsIn = (value: unknown, isSecret = false): boolean => {
      if (typeof value !== 'object' || value === null) return isSecret && value !== '[redacted]';
      return Object.entries(value).some(([key, inner]) =>
        secretsIn(inner, isSecret || ['email', 'password', 'secrets'].includes(key)),
      );
    };
    fc.assert(fc.property(tree, (fields) => !secretsIn(redacted(fields))));
  });

  it('is the very object where there is no secret, and never changes the one that was given', () => {
    const harmless = { method: 'GetConnection', ms: 3, at: new Date(0), names: ['a', { b: 1 }], err: new Error('no') };
    expect(redacted(harmless)).toBe(harmless);
    const harmful = { user: { email: 'ada@example.com', id: 7 } };
    expect(redacted(harmful)).toEqual({ user: { email: '[redacted]', id: 7 } });
    expect(harmful.user.email).toBe('ada@example.com');
  });

  it('shows nothing of what is too deep to look at, and no bytes', () => {
    let deep: Record<string, unknown> = { value: 'deep' };
    for (let level = 0; level < 10; level++) deep = { deep };
    expect(JSON.stringify(redacted(deep))).not.toContain('value');
    expect(redacted({ body: Buffer.from('secret') })).toEqual({ body: '[redacted]' });
  });

  it('says nothing of a secret that is not there', () => {
    expect(redacted({ email: undefined })).toEqual({ email: undefined });
  });
});
