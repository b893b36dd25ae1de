import type { MergeProgram, SlottedText } from '../rendering/merge-program.js';
import { PARTS } from '../rendering/merge-program.js';

/** What a program expects of a value in its data. */
export interface Shape {
  /** By name, what an object has; empty where nothing is known of it. */
  readonly fields: Map<string, Shape>;
  /** What the items of a list are; undefined where it is no list. */
  items?: Shape;
  /** Whether it is printed. */
  printed: boolean;
  /** Whether every message lacks something without it. */
  required: boolean;
}

const newShape = (): Shape => ({ fields: new Map(), printed: false, required: false });

/** What a program expects of its data: values that are always printed without a fallback, and lists always gone through, are required. */
export function dataShape(program: MergeProgram): Shape {
  const { fields, scopes, writings } = program;
  const root = newShape();
  const shapeOf = (index: number): Shape => {
    const { scope, path } = fields[index]!;
    const start = scope === 0 ? root : itemsOf(shapeOf(scopes[scope - 1]!));
    return path === '' ? start : path.split('.').reduce(inside, start);
  };
  for (const index of fields.keys()) shapeOf(index);
  const walk = ({ slots }: SlottedText, isSure: boolean): void => {
    for (const step of slots) {
      if (typeof step === 'number') {
        const { field, fallback } = writings[step]!;
        const shape = shapeOf(field);
        shape.printed = true;
        shape.required ||= isSure && fallback === undefined;
      } else if (step.kind === 'each') {
        const shape = shapeOf(step.list);
        shape.items ??= newShape();
        shape.required ||= isSure;
        walk(step.body, isSure);
      } else for (const { body } of step.branches) walk(body, false);
    }
  };
  for (const part of PARTS) walk(program[part], true);
  requireParents(root);
  return root;
}

function itemsOf(shape: Shape): Shape {
  shape.items ??= newShape();
  return shape.items;
}

/** A name is a field, a number the position of an item. */
function inside(shape: Shape, name: string): Shape {
  if (/^\d+$/.test(name)) return itemsOf(shape);
  const known = shape.fields.get(name) ?? newShape();
  shape.fields.set(name, known);
  return known;
}

/** What holds something required is required; an item that is, only where its list is. */
function requireParents(shape: Shape): boolean {
  for (const field of shape.fields.values()) if (requireParents(field)) shape.required = true;
  if (shape.items) requireParents(shape.items);
  return shape.required;
}

/** A shape as a type of TypeScript, such as `{ first_name: string | number | boolean; plan?: unknown }`. */
export function typeScriptOf({ fields, items, printed }: Shape, indent = ''): string {
  if (items) {
    const item = typeScriptOf(items, indent);
    return /[|]/.test(item) && !item.startsWith('{') ? `readonly (${item})[]` : `readonly ${item}[]`;
  }
  if (fields.size === 0) return printed ? 'string | number | boolean' : 'unknown';
  const lines = [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, shape]) => {
      const key = /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
      return `${indent}  readonly ${key}${shape.required ? '' : '?'}: ${typeScriptOf(shape, `${indent}  `)};\n`;
    });
  return `{\n${lines.join('')}${indent}}`;
}

/** A declaration that code which renders the template is checked against. */
export const declarationOf = (name: string, shape: Shape): string =>
  shape.fields.size === 0
    ? `export type ${name} = Readonly<Record<string, never>>;\n`
    : `export interface ${name} ${typeScriptOf(shape)}\n`;

/** A template's name as the name of a type, such as `OrderShipped`. */
export function typeNameOf(displayName: string): string {
  const words =
    displayName
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .match(/[A-Za-z0-9]+/g) ?? [];
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return /^[A-Za-z]/.test(name) ? name : `Template${name}`;
}
