/** A text and what it says in another language; empty where it is not translated. */
export interface Translated {
  readonly key: string;
  readonly source: string;
  readonly target: string;
}

/** A form that translations cannot be read from: what is wrong with it, as a sentence. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}
