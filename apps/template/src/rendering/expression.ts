/** A condition, or a part of one. */
export type Expression =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'literal'; readonly value: Literal }
  | { readonly kind: 'not'; readonly operand: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    };

export type Literal = string | number | boolean | null;
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** A condition that cannot be read: what is wrong with it, as the end of a sentence. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
}

const LENGTH_MAX = 500;
const DEPTH_MAX = 20;
const PATH_LENGTH_MAX = 100;
const NAME = '[A-Za-z_][A-Za-z0-9_-]*';
const PATH = new RegExp(`${NAME}(?:\\.(?:${NAME}|0|[1-9][0-9]*))*`, 'y');
const NUMBER = /-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,10})?(?![\w.])/y;
const TEXT = /"([^"\\\n{}]*)"|'([^'\\\n{}]*)'/y;
const OPERATOR = /==|!=|<=|>=|<|>/y;
const SPACE = /[ \t\r\n]*/y;
const WORDS: Readonly<Record<string, Literal>> = { true: true, false: false, null: null };
const RESERVED = new Set(['and', 'or', 'not', ...Object.keys(WORDS)]);

/** Names that lead out of the data, into the machinery behind it. */
const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/** Why a path is none; undefined where it is one. */
export function pathProblem(path: string): string | undefined {
  PATH.lastIndex = 0;
  if (PATH.exec(path)?.[0] !== path) return `"${path}" is not a path`;
  if (path.length > PATH_LENGTH_MAX) return `a path has at most ${PATH_LENGTH_MAX} characters`;
  const forbidden = path.split('.').find((name) => FORBIDDEN.has(name));
  return forbidden && `"${forbidden}" is not a name of data`;
}

/**
 * Reads a condition, such as `plan == "pro" and not (order.total < 10)`: paths, texts, numbers, `true`, `false`, `null`,
 * comparisons, `and`, `or`, `not` and parentheses.
 * @throws ExpressionError
 */
export function parseExpression(source: string): Expression {
  if (source.length > LENGTH_MAX) throw new ExpressionError(`a condition has at most ${LENGTH_MAX} characters`);
  const reader = new Reader(source);
  const expression = reader.disjunction(0);
  reader.end();
  return expression;
}

class Reader {
  private position = 0;

  constructor(private readonly source: string) {}

  disjunction(depth: number): Expression {
    let left = this.conjunction(depth);
    while (this.word('or')) left = { kind: 'or', left, right: this.conjunction(depth) };
    return left;
  }

  private conjunction(depth: number): Expression {
    let left = this.negation(depth);
    while (this.word('and')) left = { kind: 'and', left, right: this.negation(depth) };
    return left;
  }

  private negation(depth: number): Expression {
    if (depth > DEPTH_MAX) throw new ExpressionError('a condition is nested too deeply');
    if (this.word('not')) return { kind: 'not', operand: this.negation(depth + 1) };
    return this.comparison(depth);
  }

  private comparison(depth: number): Expression {
    const left = this.operand(depth);
    const operator = this.match(OPERATOR)?.[0] as Comparison | undefined;
    return operator ? { kind: 'compare', operator, left, right: this.operand(depth) } : left;
  }

  private operand(depth: number): Expression {
    if (this.take('(')) {
      const inner = this.disjunction(depth + 1);
      if (!this.take(')')) throw new ExpressionError('a parenthesis does not end');
      return inner;
    }
    const text = this.match(TEXT);
    if (text) return { kind: 'literal', value: text[1] ?? text[2]! };
    const number = this.match(NUMBER);
    if (number) return { kind: 'literal', value: Number(number[0]) };
    const path = this.match(PATH)?.[0];
    if (path === undefined) throw this.unexpected();
    if (Object.hasOwn(WORDS, path)) return { kind: 'literal', value: WORDS[path]! };
    if (RESERVED.has(path)) throw new ExpressionError(`"${path}" stands where a value should`);
    const problem = pathProblem(path);
    if (problem) throw new ExpressionError(problem);
    return { kind: 'path', path };
  }

  end(): void {
    this.match(SPACE);
    if (this.position < this.source.length) throw this.unexpected();
  }

  private unexpected(): ExpressionError {
    const rest = this.source.slice(this.position, this.position + 20);
    return new ExpressionError(rest ? `${JSON.stringify(rest)} is not understood` : 'a value is missing');
  }

  private word(word: string): boolean {
    const start = this.position;
    if (this.match(PATH)?.[0] === word) return true;
    this.position = start;
    return false;
  }

  private take(character: string): boolean {
    this.skip();
    if (this.source[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    this.skip();
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source);
    if (!found) return undefined;
    this.position = pattern.lastIndex;
    return found;
  }

  private skip(): void {
    SPACE.lastIndex = this.position;
    SPACE.exec(this.source);
    this.position = SPACE.lastIndex;
  }
}

/** A condition as it is written in templates. */
export function formatExpression(expression: Expression): string {
  return format(expression, 0);
}

/** How tightly each kind binds: what binds less than its surroundings needs parentheses. */
const BINDING = { or: 1, and: 2, not: 3, compare: 4, path: 5, literal: 5 } as const;

function format(expression: Expression, outer: number): string {
  const binding = BINDING[expression.kind];
  const text = formatted(expression, binding);
  return binding < outer ? `(${text})` : text;
}

function formatted(expression: Expression, binding: number): string {
  switch (expression.kind) {
    case 'path':
      return expression.path;
    case 'literal':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value);
    case 'not':
      return `not ${format(expression.operand, binding)}`;
    case 'and':
    case 'or':
      return `${format(expression.left, binding)} ${expression.kind} ${format(expression.right, binding + 1)}`;
    case 'compare':
      return `${format(expression.left, binding + 1)} ${expression.operator} ${format(expression.right, binding + 1)}`;
  }
}

/** A text that a template can hold has quotes of one kind at most. */
const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);

/** Every path that a condition looks at. */
export function pathsIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'path':
      return [expression.path];
    case 'literal':
      return [];
    case 'not':
      return pathsIn(expression.operand);
    case 'and':
    case 'or':
    case 'compare':
      return [...pathsIn(expression.left), ...pathsIn(expression.right)];
  }
}
