import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether two signatures are the same, without telling by the time it takes how much of them is. */
export const areSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

const digestOf = (text: string) => createHash('sha256').update(text).digest();

/** The same of texts whose length is a secret, too. */
export const areSameTexts = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));
