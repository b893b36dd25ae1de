import type { FieldViolation } from '@kelp/status';
import { dictionary } from '@zxcvbn-ts/language-common';

const LENGTH_MIN = 12;
/** Fewer different characters than this make no password, however long. */
const DIFFERENT_MIN = 5;

let common: ReadonlySet<string> | undefined;
const isCommon = (word: string): boolean => {
  common ??= new Set(dictionary['passwords-common'] as readonly string[]);
  return common.has(word);
};

/** What is wrong with a new password: how long it is, and whether many use it or it says whose it is. */
export function passwordViolations(field: string, password: string, email: string): FieldViolation[] {
  const text = password.normalize('NFKC').toLowerCase();
  if ([...text].length < LENGTH_MIN) return [{ field, description: `Must have at least ${LENGTH_MIN} characters.` }];
  if (new Set(text).size < DIFFERENT_MIN) return [{ field, description: 'Must have more different characters.' }];
  const own = new Set([email.toLowerCase(), ...email.toLowerCase().split('@')]);
  for (const word of wordsIn(text))
    if (isCommon(word) || own.has(word))
      return [{ field, description: 'Must not be one that many people use, or that is easy to guess.' }];
  return [];
}

/** What a password is made of, where it is made of one word: repeated, or with digits and signs around it. */
function wordsIn(text: string): string[] {
  const [, repeated = text] = /^(.+?)\1+$/su.exec(text) ?? [];
  return [text, repeated, ...[text, repeated].map((word) => word.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, ''))];
}
