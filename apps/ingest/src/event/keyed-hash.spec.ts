import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { KeyedHash } from './keyed-hash.js';

it('is HMAC with SHA-256, for keys and texts of any length', () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.array(bytes, { maxLength: 3 }), (key, parts) => {
      const hmac = createHmac('sha256', key);
      for (const part of parts) hmac.update(part);
      expect(new KeyedHash(key).digest(...parts).toString('hex')).toBe(hmac.digest('hex'));
    }),
  );
});
