import type { Condition, Field, MergeProgram, SlottedText, Step, Writing } from '../rendering/merge-program.js';
import { type Place, places } from '../rendering/place.js';

/** How one language writes what programs consist of. */
export interface Language {
  /** What stands for itself; `next` tells that a tag follows at once. */
  literal(text: string): string;
  variable(field: Field): string;
  output(variable: string, place: Place): string;
  /** A condition, as far as it goes before the tag that uses it, and in that tag. */
  condition(condition: Condition, variableOf: (field: number) => string): { before: string; test: string };
  branch(test: string, then: string, otherwise: string): string;
  loop(list: string, item: string, body: string): string;
  /** What whoever takes the template should know, in sentences. */
  readonly notes: readonly string[];
}

/** Prints a part of a program in another language. */
export function printText(program: MergeProgram, text: SlottedText, language: Language): string {
  return new Printer(program, language).text(text);
}

class Printer {
  constructor(
    private readonly program: MergeProgram,
    private readonly language: Language,
  ) {}

  text({ literals, slots }: SlottedText): string {
    return literals
      .map((literal, index) => this.language.literal(literal) + (index < slots.length ? this.step(slots[index]!) : ''))
      .join('');
  }

  private readonly variableOf = (field: number): string => this.language.variable(this.program.fields[field]!);

  private step(step: Step): string {
    if (typeof step === 'number') return this.writing(this.program.writings[step]!);
    if (step.kind === 'each')
      return this.language.loop(this.variableOf(step.list), itemName(step.scope), this.text(step.body));
    return this.branches(step.branches);
  }

  private branches([first, ...rest]: readonly { condition: Condition | null; body: SlottedText }[]): string {
    if (!first) return '';
    if (first.condition === null) return this.text(first.body);
    const { before, test } = this.language.condition(first.condition, this.variableOf);
    return before + this.language.branch(test, this.text(first.body), this.branches(rest));
  }

  /** A fallback is what a condition on the value decides about. */
  private writing({ field, place, fallback }: Writing): string {
    const output = this.language.output(this.variableOf(field), place);
    if (fallback === undefined) return output;
    const { before, test } = this.language.condition(['field', field], this.variableOf);
    return before + this.language.branch(test, output, this.language.literal(fallbackAt(fallback, place)));
  }
}

/** What the item of a loop is called. */
export const itemName = (scope: number): string => `item${scope}`;

/** The variable of languages that write paths with dots. */
export const dotted = ({ scope, path }: Field): string =>
  scope === 0 ? path : path ? `${itemName(scope)}.${path}` : itemName(scope);

const fallbackAt = (fallback: string, place: Place): string => places[place](fallback) ?? '';
