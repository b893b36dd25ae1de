import { randomBytes } from 'node:crypto';
import type { MergeText } from './merge-text.js';

/** A token that stands for a merge field, a condition or a loop. */
export interface TokenHit {
  /** Which of them, from 0. */
  readonly field: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Stand-ins for tags that no step of compiling MJML understands, so that none breaks, moves or drops them: words
 * of small letters and digits that occur nowhere in the source, and that nobody can foresee.
 */
export class Tokens {
  private readonly prefix: string;

  constructor(source: string) {
    const text = source.toLowerCase();
    do this.prefix = `zq${randomBytes(8).toString('hex')}x`;
    while (text.includes(this.prefix));
  }

  private of(field: number): string {
    return `${this.prefix}${field}z`;
  }

  /** The text with a token in the place of each merge field. */
  insert({ literals }: MergeText): string {
    let text = literals[0] ?? '';
    for (let field = 1; field < literals.length; field++) text += this.of(field - 1) + literals[field];
    return text;
  }

  /** Where tokens stand in a text, in their order. */
  *find(text: string): Generator<TokenHit> {
    for (const match of text.matchAll(new RegExp(`${this.prefix}(\\d+)z`, 'g'))) {
      yield { field: Number(match[1]), start: match.index, end: match.index + match[0].length };
    }
  }

  /** The text with `insteadOf(field)` in the place of each token. */
  replace(text: string, insteadOf: (field: number) => string): string {
    return text.replace(new RegExp(`${this.prefix}(\\d+)z`, 'g'), (_token, field) => insteadOf(Number(field)));
  }
}
