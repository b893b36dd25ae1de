import type { FieldViolation } from '@kelp/status';
import { type Condition, type Field, type MergeProgram, type Part, type SlottedText } from './merge-program.js';
import { places } from './place.js';
import {
  missingMergeFields,
  RENDER_BYTES_MAX,
  renderTooComplex,
  renderTooLarge,
  TEXT_BYTES_MAX,
} from './rendering.errors.js';
import { compare, isTruthy, textOf, valueAt } from './value.js';

/** A message for one recipient. */
export type Rendered = Readonly<Record<Part, string>>;

export interface MergeOptions {
  /** Refuses, naming them all, where merge fields would print nothing. An empty text is a value. */
  readonly strict: boolean;
}

/** How many steps a message may take, of the order of 100 ns each. */
export const STEPS_MAX = 1_000_000;

/** How many characters are looked at in the time of one step. */
const CHARACTERS_PER_STEP = 64;

/** How many missing merge fields are told, at the most. */
const MISSING_MAX = 1_000;

/**
 * Fills a compiled template with one recipient's values: texts, numbers, `true` and `false`, each written for the place
 * where it stands. Whatever else the data holds, or lacks, prints nothing. Time and size are bounded, whatever the template
 * and the data are.
 * @throws MISSING_MERGE_FIELDS, RENDER_TOO_LARGE, RENDER_TOO_COMPLEX
 */
export function merge(program: MergeProgram, data: unknown, { strict }: MergeOptions): Rendered {
  const merging = new Merging(program, data, strict);
  const subject = merging.fill(program.subject, RENDER_BYTES_MAX);
  const preheader = merging.fill(program.preheader, RENDER_BYTES_MAX);
  const html = merging.fill(program.html, RENDER_BYTES_MAX);
  const text = tidy(merging.fill(program.text, TEXT_BYTES_MAX));
  if (strict && merging.missing.size > 0) throw missingMergeFields(violations(merging.missing));
  if (exceeds(RENDER_BYTES_MAX, subject, preheader, html) || exceeds(TEXT_BYTES_MAX, text)) throw renderTooLarge();
  return { subject, preheader, html, text };
}

/** Conditions and loops leave empty lines behind. */
const tidy = (text: string): string => text.replace(/\n{3,}/g, '\n\n').trim();

/** A character is one to three bytes a UTF-16 unit, so most sizes are known without counting. */
function exceeds(bytesMax: number, ...texts: string[]): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length * 3 <= bytesMax) return false;
  return length > bytesMax || texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) > bytesMax;
}

const violations = (missing: ReadonlyMap<string, string>): FieldViolation[] =>
  [...missing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, description]) => ({ field, description }));

/** What is the same for every recipient. */
interface Prepared {
  /** The names of each field's path. */
  readonly names: readonly (readonly string[])[];
  /** Which fields and writings change with each item of a scope. */
  readonly fieldsOf: readonly (readonly number[])[];
  readonly writingsOf: readonly (readonly number[])[];
}

const prepared = new WeakMap<MergeProgram, Prepared>();

function prepare(program: MergeProgram): Prepared {
  const known = prepared.get(program);
  if (known) return known;
  const { fields, writings, scopes } = program;
  const each = Array.from({ length: scopes.length + 1 }, (_, scope) => scope);
  const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
  const made: Prepared = {
    names: fields.map(({ path }) => (path ? path.split('.') : [])),
    fieldsOf: each.map((scope) => indexes(fields.length).filter((index) => fields[index]!.scope === scope)),
    writingsOf: each.map((scope) =>
      indexes(writings.length).filter((index) => fields[writings[index]!.field]!.scope === scope),
    ),
  };
  prepared.set(program, made);
  return made;
}

/** Stands for what was not looked at yet. */
const UNKNOWN = Symbol('unknown');
/** Stands for what prints nothing. */
const NOTHING = Symbol('nothing');

class Merging {
  /** What must be told in a strict render: why a value prints nothing, by its path in the data. */
  readonly missing = new Map<string, string>();

  private readonly prepared: Prepared;
  private readonly items: unknown[];
  /** The position in the list of each scope's item. */
  private readonly positions: number[] = [];
  private readonly values: unknown[];
  private readonly written: (string | typeof UNKNOWN | typeof NOTHING)[];
  private stepsLeft = STEPS_MAX;
  private out = '';
  private lengthMax = 0;

  constructor(
    private readonly program: MergeProgram,
    data: unknown,
    private readonly strict: boolean,
  ) {
    this.prepared = prepare(program);
    this.items = [data];
    this.values = Array<unknown>(program.fields.length).fill(UNKNOWN);
    this.written = Array<typeof UNKNOWN>(program.writings.length).fill(UNKNOWN);
  }

  fill(text: SlottedText, lengthMax: number): string {
    this.out = '';
    this.lengthMax = lengthMax;
    this.text(text);
    return this.out;
  }

  private text({ literals, slots }: SlottedText): void {
    let out = this.out + literals[0]!;
    this.spend(slots.length);
    for (let index = 0; index < slots.length; index++) {
      const step = slots[index]!;
      if (typeof step === 'number') {
        const known = this.written[step]!;
        const written = known === UNKNOWN ? this.write(step) : known;
        if (written !== NOTHING) out += written as string;
      } else {
        this.out = out;
        if (step.kind === 'each') this.each(step.list, step.scope, step.body);
        else this.branch(step.branches);
        out = this.out;
      }
      out += literals[index + 1]!;
      if (out.length > this.lengthMax) throw renderTooLarge();
    }
    this.out = out;
  }

  private branch(branches: readonly { condition: Condition | null; body: SlottedText }[]): void {
    const taken = branches.find(({ condition }) => condition === null || isTruthy(this.evaluate(condition)));
    if (taken) this.text(taken.body);
  }

  private each(list: number, scope: number, body: SlottedText): void {
    const items = this.value(list);
    if (!Array.isArray(items)) {
      if (this.strict) this.miss(list, items === undefined || items === null ? 'is missing' : 'is not a list');
      return;
    }
    for (let position = 0; position < items.length; position++) {
      this.spend(1);
      this.items[scope] = items[position];
      this.positions[scope] = position;
      for (const field of this.prepared.fieldsOf[scope]!) this.values[field] = UNKNOWN;
      for (const writing of this.prepared.writingsOf[scope]!) this.written[writing] = UNKNOWN;
      this.text(body);
    }
  }

  private evaluate(condition: Condition): unknown {
    this.spend(1);
    switch (condition[0]) {
      case 'field':
        return this.value(condition[1]);
      case 'value':
        return condition[1];
      case 'not':
        return !isTruthy(this.evaluate(condition[1]));
      case 'and':
        return isTruthy(this.evaluate(condition[1])) && isTruthy(this.evaluate(condition[2]));
      case 'or':
        return isTruthy(this.evaluate(condition[1])) || isTruthy(this.evaluate(condition[2]));
      default: {
        const left = this.evaluate(condition[1]);
        const right = this.evaluate(condition[2]);
        if (typeof left === 'string') this.spend(left.length / CHARACTERS_PER_STEP);
        return compare(condition[0], left, right);
      }
    }
  }

  private value(field: number): unknown {
    const known = this.values[field];
    if (known !== UNKNOWN) return known;
    const names = this.prepared.names[field]!;
    const value = valueAt(this.items[this.program.fields[field]!.scope], names);
    this.values[field] = value;
    return value;
  }

  private write(writing: number): string | typeof NOTHING {
    const { field, place, fallback } = this.program.writings[writing]!;
    const value = this.value(field);
    const text = textOf(value);
    if (text !== undefined) this.spend(text.length / CHARACTERS_PER_STEP);
    const plain = text === undefined || (fallback !== undefined && !isTruthy(value)) ? undefined : places[place](text);
    const written = plain ?? (fallback === undefined ? undefined : places[place](fallback));
    if (written === undefined && this.strict) this.miss(field, reasonOf(value, text));
    this.written[writing] = written ?? NOTHING;
    return written ?? NOTHING;
  }

  private miss(field: number, why: string): void {
    if (this.missing.size < MISSING_MAX) this.missing.set(`data.${this.pathOf(this.program.fields[field]!)}`, why);
  }

  /** Where a value is in the data, such as `order.items.2.price`. */
  private pathOf({ scope, path }: Field): string {
    if (scope === 0) return path;
    const list = this.pathOf(this.program.fields[this.program.scopes[scope - 1]!]!);
    return `${list}.${this.positions[scope]}${path && `.${path}`}`;
  }

  private spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) throw renderTooComplex();
  }
}

const reasonOf = (value: unknown, text: string | undefined): string => {
  if (value === undefined || value === null) return 'is missing';
  return text === undefined ? 'is not a text, a number, true or false' : 'is not safe where it stands';
};
