import type { FieldViolation } from '@kelp/status';
import { LineCounter } from './line-counter.js';
import { VIOLATIONS_MAX } from './rendering.errors.js';

const PATH_LENGTH_MAX = 100;
const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
const MERGE_FIELD = new RegExp(`\\{\\{[ \\t]*(${NAME}(?:\\.(?:${NAME}|0|[1-9][0-9]*))*)[ \\t]*\\}\\}`, 'y');

/** Names that lead out of the data, into the machinery behind it. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** One place of a text where a value will stand. */
export interface MergeField {
  /** Which value: names, and positions in lists, such as `order.items.0.price`. */
  readonly path: string;
  /** As it was written, such as `{{ order.total }}`. */
  readonly source: string;
  /** Where it was written, from 1. */
  readonly line: number;
}

/** A text, cut at its merge fields. */
export interface MergeText {
  /** What stands around the fields: one more than there are fields. */
  readonly literals: readonly string[];
  readonly fields: readonly MergeField[];
  /** What looks like a merge field and is none; the first hundred. */
  readonly violations: readonly FieldViolation[];
}

/**
 * Cuts a text at its merge fields, `{{ path }}`. Every `{{` opens one; all other braces stand for themselves.
 * @param name what the text is called in violations, such as `draft.subject`
 */
export function parseMergeFields(text: string, name: string): MergeText {
  const literals: string[] = [];
  const fields: MergeField[] = [];
  const violations: FieldViolation[] = [];
  const lines = new LineCounter(text);
  let from = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', from)) {
    MERGE_FIELD.lastIndex = open;
    const [source = '{{', path = ''] = MERGE_FIELD.exec(text) ?? [];
    const line = lines.at(open);
    const problem = path ? problemOf(path) : `${excerpt(text, open)} is not written as {{ path }}`;
    if (problem) violations.push({ field: name, description: `Line ${line}: ${problem}.` });
    if (violations.length === VIOLATIONS_MAX) break;
    literals.push(text.slice(from, open));
    fields.push({ path, source, line });
    from = open + source.length;
  }
  literals.push(text.slice(from));
  return { literals, fields, violations };
}

function problemOf(path: string): string | undefined {
  if (path.length > PATH_LENGTH_MAX) return `a path has at most ${PATH_LENGTH_MAX} characters`;
  const forbidden = path.split('.').find((name) => FORBIDDEN.has(name));
  return forbidden && `"${forbidden}" is not a name of data`;
}

/** What was written: up to its end, the line's, or 40 characters. */
function excerpt(text: string, open: number): string {
  const written = text.slice(open, open + 40);
  const [whole = written] = /^.*?(?:\}\}|(?=\n))/s.exec(written) ?? [];
  return JSON.stringify(whole);
}
