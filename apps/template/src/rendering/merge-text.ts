import type { FieldViolation } from '@kelp/status';
import { type Expression, ExpressionError, parseExpression, pathProblem } from './expression.js';
import { LineCounter } from './line-counter.js';
import { decodeReferences } from './references.js';
import { VIOLATIONS_MAX } from './rendering.errors.js';

/** How deep conditions and loops may stand in each other. */
const DEPTH_MAX = 20;

const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
const FIELD = new RegExp(
  `\\{\\{[ \\t]*(${NAME}(?:\\.(?:${NAME}|0|[1-9][0-9]*))*)(?:[ \\t]*\\|[ \\t]*default:[ \\t]*(?:"([^"\\n{}]*)"|'([^'\\n{}]*)'))?[ \\t]*\\}\\}`,
  'y',
);
const CONTROL = /\{\{([#/])(if|elseif|else|each)(?:[ \t]+([^{}\n]*?))?[ \t]*\}\}/y;
const EACH = new RegExp(`^(\\S+)[ \\t]+as[ \\t]+(${NAME})$`);

interface Written {
  /** As it was written, such as `{{ order.total }}`. */
  readonly source: string;
  /** Where it was written, from 1. */
  readonly line: number;
}

/** One place of a text where a value will stand. */
export interface MergeField extends Written {
  readonly kind: 'field';
  /** Which value: names, and positions in lists, such as `order.items.0.price`. */
  readonly path: string;
  /** What stands there where the value is missing or empty. */
  readonly fallback?: string;
}

/** What decides whether, or how often, a part of a text is there. */
export type MergeControl =
  | (Written & { readonly kind: 'if'; readonly condition: Expression })
  | (Written & { readonly kind: 'elseif'; readonly condition: Expression })
  | (Written & { readonly kind: 'each'; readonly path: string; readonly variable: string })
  | (Written & { readonly kind: 'else' })
  | (Written & { readonly kind: 'end' });

export type MergeTag = MergeField | MergeControl;

/** A text, cut at its merge fields, conditions and loops. */
export interface MergeText {
  /** What stands around the tags: one more than there are tags. */
  readonly literals: readonly string[];
  readonly tags: readonly MergeTag[];
  /** What looks like a tag and is none, or stands where it means nothing; the first hundred. */
  readonly violations: readonly FieldViolation[];
}

/**
 * Cuts a text at its tags: `{{ path }}`, `{{ path | default: "text" }}`, `{{#if condition}}`, `{{#elseif condition}}`,
 * `{{#else}}`, `{{/if}}`, `{{#each path as name}}` and `{{/each}}`. Every `{{` opens one; all other braces stand for
 * themselves.
 * @param name what the text is called in violations, such as `draft.subject`
 */
export function parseMergeText(text: string, name: string): MergeText {
  const literals: string[] = [];
  const tags: MergeTag[] = [];
  const violations: FieldViolation[] = [];
  const nesting = new Nesting();
  const lines = new LineCounter(text);
  let from = 0;
  for (let open = text.indexOf('{{'); open >= 0; open = text.indexOf('{{', from)) {
    const line = lines.at(open);
    const read = readTag(text, open, line);
    const problem = read.problem ?? nesting.problemOf(read.tag);
    if (problem) violations.push({ field: name, description: `Line ${line}: ${problem}.` });
    if (violations.length === VIOLATIONS_MAX) break;
    literals.push(text.slice(from, open));
    tags.push(read.tag);
    from = open + read.tag.source.length;
  }
  literals.push(text.slice(from));
  for (const { source, line } of nesting.unended()) {
    if (violations.length < VIOLATIONS_MAX)
      violations.push({ field: name, description: `Line ${line}: ${source} does not end.` });
  }
  return { literals, tags, violations };
}

interface Read {
  readonly tag: MergeTag;
  readonly problem?: string;
}

function readTag(text: string, open: number, line: number): Read {
  CONTROL.lastIndex = open;
  const control = CONTROL.exec(text);
  if (control) return readControl(control, line);
  FIELD.lastIndex = open;
  const [source = '{{', path = '', double, single] = FIELD.exec(text) ?? [];
  const fallback = double ?? single;
  const tag: MergeField = { kind: 'field', path, source, line, ...(fallback !== undefined && { fallback }) };
  const problem = path ? pathProblem(path) : `${excerpt(text, open)} is not written as {{ path }}`;
  return problem === undefined ? { tag } : { tag, problem };
}

function readControl([source, sign, word, argument = '']: RegExpExecArray, line: number): Read {
  const written = { source, line };
  const empty: MergeTag = { kind: 'end', ...written };
  const wrong = (problem: string): Read => ({ tag: empty, problem: `${source}: ${problem}` });
  if (sign === '/') {
    if ((word === 'if' || word === 'each') && argument === '') return { tag: empty };
    return wrong('it ends nothing');
  }
  if (word === 'else') return argument === '' ? { tag: { kind: 'else', ...written } } : wrong('it has no condition');
  if (word === 'each') {
    const [, path = '', variable = ''] = EACH.exec(argument) ?? [];
    if (!path) return wrong('it is not written as {{#each path as name}}');
    const problem = pathProblem(path) ?? pathProblem(variable);
    return problem ? wrong(problem) : { tag: { kind: 'each', path, variable, ...written } };
  }
  try {
    const condition = parseExpression(decodeReferences(argument));
    return { tag: { kind: word as 'if' | 'elseif', condition, ...written } };
  } catch (error) {
    if (error instanceof ExpressionError) return wrong(error.message);
    throw error;
  }
}

/** Which conditions and loops are open, and whether they had their `else`. */
class Nesting {
  private readonly open: { tag: MergeControl; hadElse: boolean }[] = [];

  /** What is wrong with a tag at this place; undefined where nothing is. */
  problemOf(tag: MergeTag): string | undefined {
    const innermost = this.open.at(-1);
    switch (tag.kind) {
      case 'field':
        return undefined;
      case 'if':
      case 'each':
        this.open.push({ tag, hadElse: false });
        return this.open.length > DEPTH_MAX
          ? `at most ${DEPTH_MAX} conditions and loops stand in each other`
          : undefined;
      case 'else':
      case 'elseif':
        if (innermost?.tag.kind !== 'if' || innermost.hadElse) return `${tag.source} belongs to no condition`;
        innermost.hadElse = tag.kind === 'else';
        return undefined;
      case 'end':
        if (innermost?.tag.kind !== tag.source.slice('{{/'.length, -'}}'.length).trim())
          return `${tag.source} ends nothing`;
        this.open.pop();
        return undefined;
    }
  }

  unended(): MergeControl[] {
    return this.open.map(({ tag }) => tag);
  }
}

/** What was written: up to its end, the line's, or 40 characters. */
function excerpt(text: string, open: number): string {
  const written = text.slice(open, open + 40);
  const [whole = written] = /^.*?(?:\}\}|(?=\n))/s.exec(written) ?? [];
  return JSON.stringify(whole);
}
