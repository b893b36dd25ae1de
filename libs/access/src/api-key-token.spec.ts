import fc from 'fast-check';
import { hashOfToken, isApiKeyToken, newApiKeyToken, prefixOfToken } from './api-key-token.js';

describe('a token of an API key', () => {
  it('tells what it is, and nothing of its secret, by how it begins', () => {
    const token = newApiKeyToken('test');
    expect(token).toMatch(/^kelp_test_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$/);
    expect(prefixOfToken(token)).toMatch(/^kelp_test_[0-9A-Za-z]{8}$/);
    expect(token.startsWith(prefixOfToken(token))).toBe(true);
  });

  it('is another one each time', () => {
    const tokens = Array.from({ length: 1_000 }, () => newApiKeyToken('live'));
    expect(new Set(tokens).size).toBe(1_000);
    expect(new Set(tokens.map((token) => hashOfToken(token).toString('hex'))).size).toBe(1_000);
    expect(tokens.every(isApiKeyToken)).toBe(true);
  });

  it('is refused with any character changed, lost or added, without a look-up', () => {
    const token = newApiKeyToken('live');
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom('0', 'A', 'z', '_', ' ', 'é'), (at, character) => {
        fc.pre(token[at] !== character);
        expect(isApiKeyToken(token.slice(0, at) + character + token.slice(at + 1))).toBe(false);
        expect(isApiKeyToken(token.slice(0, at) + token.slice(at + 1))).toBe(false);
        expect(isApiKeyToken(token.slice(0, at) + character + token.slice(at))).toBe(false);
      }),
    );
  });

  it('is no other text', () => {
    fc.assert(fc.property(fc.string(), (text) => !isApiKeyToken(text)));
  });
});
