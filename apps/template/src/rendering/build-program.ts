import type { Expression } from './expression.js';
import type { Condition, Field, IfStep, MergeProgram, Part, SlottedText, Step, Writing } from './merge-program.js';
import type { MergeControl } from './merge-text.js';
import type { Place } from './place.js';

/** A merge field at one of its places, or a control. */
export type PlacedTag =
  | { readonly kind: 'field'; readonly path: string; readonly place: Place; readonly fallback?: string }
  | MergeControl;

/** A text, cut at its tags, of which each field knows its place. */
export interface PlacedText {
  /** One more than there are tags. */
  readonly literals: readonly string[];
  readonly tags: readonly PlacedTag[];
}

/** A loop around what is being built. */
interface Loop {
  readonly variable: string;
  readonly scope: number;
}

type MutableText = { literals: string[]; slots: Step[] };

/** Builds a program: each value that it looks at, and each way to write one, once. */
export class ProgramBuilder {
  private readonly fields = new Numbered<Field>(({ scope, path }) => `${scope} ${path}`);
  private readonly writings = new Numbered<Writing>(({ field, place, fallback }) =>
    JSON.stringify([field, place, fallback]),
  );
  private readonly scopes: number[] = [];

  /** @returns undefined where conditions and loops do not begin and end in each other */
  text({ literals, tags }: PlacedText): SlottedText | undefined {
    const root: MutableText = { literals: [literals[0]!], slots: [] };
    const open: { body: MutableText; branches?: { condition: Condition | null; body: SlottedText }[]; loop?: Loop }[] =
      [{ body: root }];
    const loops = () => open.flatMap(({ loop }) => (loop ? [loop] : []));
    for (const [index, tag] of tags.entries()) {
      const innermost = open.at(-1)!;
      const step = (slot: Step) => innermost.body.slots.push(slot);
      switch (tag.kind) {
        case 'field':
          step(this.writings.indexOf(this.writing(tag, loops())));
          break;
        case 'if': {
          const body: MutableText = { literals: [], slots: [] };
          const branches = [{ condition: this.condition(tag.condition, loops()), body }];
          step({ kind: 'if', branches } satisfies IfStep);
          open.push({ body, branches });
          break;
        }
        case 'elseif':
        case 'else': {
          if (!innermost.branches) return undefined;
          const body: MutableText = { literals: [], slots: [] };
          const condition = tag.kind === 'else' ? null : this.condition(tag.condition, loops());
          innermost.branches.push({ condition, body });
          innermost.body = body;
          break;
        }
        case 'each': {
          const list = this.fields.indexOf(resolve(tag.path, loops()));
          const scope = this.scopes.push(list);
          const body: MutableText = { literals: [], slots: [] };
          step({ kind: 'each', list, scope, body });
          open.push({ body, loop: { variable: tag.variable, scope } });
          break;
        }
        case 'end':
          if (open.length === 1) return undefined;
          open.pop();
          break;
      }
      open.at(-1)!.body.literals.push(literals[index + 1]!);
    }
    return open.length === 1 ? root : undefined;
  }

  program(parts: Record<Part, SlottedText>): MergeProgram {
    return { fields: this.fields.items, scopes: this.scopes, writings: this.writings.items, ...parts };
  }

  private writing({ path, place, fallback }: Extract<PlacedTag, { kind: 'field' }>, loops: readonly Loop[]): Writing {
    const field = this.fields.indexOf(resolve(path, loops));
    return fallback === undefined ? { field, place } : { field, place, fallback };
  }

  private condition(expression: Expression, loops: readonly Loop[]): Condition {
    switch (expression.kind) {
      case 'path':
        return ['field', this.fields.indexOf(resolve(expression.path, loops))];
      case 'literal':
        return ['value', expression.value];
      case 'not':
        return ['not', this.condition(expression.operand, loops)];
      case 'and':
      case 'or':
        return [expression.kind, this.condition(expression.left, loops), this.condition(expression.right, loops)];
      case 'compare':
        return [expression.operator, this.condition(expression.left, loops), this.condition(expression.right, loops)];
    }
  }
}

/** What a path means where it stands: the innermost loop with its first name, or the data. */
function resolve(path: string, loops: readonly Loop[]): Field {
  const [first, ...rest] = path.split('.');
  const loop = loops.findLast(({ variable }) => variable === first);
  return loop ? { scope: loop.scope, path: rest.join('.') } : { scope: 0, path };
}

/** Items, each once, by their number. */
class Numbered<T> {
  readonly items: T[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly keyOf: (item: T) => string) {}

  indexOf(item: T): number {
    const key = this.keyOf(item);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.items.push(item) - 1;
    this.numbers.set(key, number);
    return number;
  }
}
