import type { Comparison, Literal } from './expression.js';
import type { Place } from './place.js';

/** A value that a program looks at: a path in the data, which is scope 0, or in an item of a loop. */
export interface Field {
  readonly scope: number;
  /** Empty for the item itself. */
  readonly path: string;
}

/** A value in its written form: a field, by its index, and where it stands. */
export interface Writing {
  readonly field: number;
  readonly place: Place;
  /** What stands there where the value is missing or empty. */
  readonly fallback?: string;
}

/** A condition on fields, by their indexes. */
export type Condition =
  | readonly ['field', number]
  | readonly ['value', Literal]
  | readonly ['not', Condition]
  | readonly ['and' | 'or', Condition, Condition]
  | readonly [Comparison, Condition, Condition];

/** The first branch whose condition holds; the last one may have none. */
export interface IfStep {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: Condition | null; readonly body: SlottedText }[];
}

/** Once for each item of a list, which is the new scope's. */
export interface EachStep {
  readonly kind: 'each';
  readonly list: number;
  readonly scope: number;
  readonly body: SlottedText;
}

/** What stands between two literals: a writing, by its index, or what decides about more text. */
export type Step = number | IfStep | EachStep;

/** A text with steps in it. */
export interface SlottedText {
  /** What stands around the steps: one more than there are steps. */
  readonly literals: readonly string[];
  readonly slots: readonly Step[];
}

/** The texts that a message consists of. */
export const PARTS = ['subject', 'preheader', 'html', 'text'] as const;
export type Part = (typeof PARTS)[number];

/** A compiled template: all that merging needs. */
export interface MergeProgram extends Readonly<Record<Part, SlottedText>> {
  /** The values that it looks at, each once. */
  readonly fields: readonly Field[];
  /** The values in their written forms, each once. */
  readonly writings: readonly Writing[];
  /** For each scope but the first, the list that it runs over: the index of a field of an earlier scope. */
  readonly scopes: readonly number[];
}

/** How a value is called from outside: `order.items[].price` is the price in each of a list's items. */
export function publicPath(
  { fields, scopes }: Pick<MergeProgram, 'fields' | 'scopes'>,
  { scope, path }: Field,
): string {
  if (scope === 0) return path;
  const list = publicPath({ fields, scopes }, fields[scopes[scope - 1]!]!);
  return path ? `${list}[].${path}` : `${list}[]`;
}

/** The paths of all merge fields, as they are called from outside, sorted, each once. */
export const publicPaths = (program: Pick<MergeProgram, 'fields' | 'scopes'>): string[] =>
  [...new Set(program.fields.map((field) => publicPath(program, field)))].sort();
