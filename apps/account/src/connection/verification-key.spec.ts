import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { isP256 as isGood, isRsa } from './verification-key.js';

const spki = (type: 'ec' | 'rsa' | 'ed25519', options: object = {}): string =>
  (generateKeyPairSync as (type: string, options: object) => ReturnType<typeof generateKeyPairSync>)(type, options)
    .publicKey.export({ format: 'der', type: 'spki' })
    .toString('base64');

const p256 = spki('ec', { namedCurve: 'P-256' });
/** Where the DER says how the point is written. */
const POINT_FORM = 26;

describe('a verification key of SendGrid', () => {
  it('is good as SendGrid shows it', () => {
    expect(isGood(p256)).toBe(true);
  });

  it('is refused where it is a key of another kind', () => {
    expect(isGood(spki('ec', { namedCurve: 'P-384' }))).toBe(false);
    expect(isGood(spki('ec', { namedCurve: 'secp256k1' }))).toBe(false);
    expect(isGood(spki('rsa', { modulusLength: 2048 }))).toBe(false);
    expect(isGood(spki('ed25519'))).toBe(false);
  });

  it('is refused where it is written in any other way', () => {
    const der = Buffer.from(p256, 'base64');
    expect(isGood(Buffer.concat([der, Buffer.from('more')]).toString('base64'))).toBe(false);
    expect(isGood(`-----BEGIN PUBLIC KEY-----\n${p256}\n-----END PUBLIC KEY-----`)).toBe(false);
    for (const text of [
      `${p256} `,
      `${p256}\n`,
      p256.replace(/=+$/, ''),
      der.toString('hex'),
      der.toString('base64url'),
    ])
      expect([text, isGood(text)]).toEqual([text, text === p256]);
  });

  it('is refused where it is no key at all', () => {
    fc.assert(fc.property(fc.string(), (text) => !isGood(text)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => !isGood(Buffer.from(bytes).toString('base64'))),
    );
    fc.assert(
      fc.property(fc.nat(90), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const der = Buffer.from(p256, 'base64');
        fc.pre(at !== POINT_FORM); // there are others than the usual one, just as good
        der[at]! ^= change; // not on the curve, or not DER
        return !isGood(der.toString('base64'));
      }),
    );
  });
});

describe('a verification key of Amazon SES', () => {
  it('is an RSA key that is long enough', () => {
    const rsa = spki('rsa', { modulusLength: 2048 });
    expect([isRsa(rsa), isRsa(`${rsa}\n`), isRsa(spki('rsa', { modulusLength: 1024 })), isRsa(p256)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
