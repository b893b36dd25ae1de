import {
  type Condition,
  type MergeProgram,
  PARTS,
  type SlottedText,
  type Step,
  type Writing,
} from './merge-program.js';
import { type Place, places } from './place.js';

/** The version of the stored form. A reader refuses the ones that it does not know. */
const FORMAT = 2;

const COMPARISONS: readonly unknown[] = ['==', '!=', '<', '<=', '>', '>='];
const EMPTY: SlottedText = { literals: [''], slots: [] };

/**
 * The stored form of a program: JSON, `[format, fields, scopes, writings, subject, preheader, html, text]`. A field is
 * `[scope, path]`, a writing `[field, place]` or `[field, place, fallback]`, and a text's literals and steps take turns: a
 * number is a writing, `["if", condition, text, …]` and `["each", list, scope, text]` are what they say. Equal programs have
 * equal forms.
 */
export function formatProgram({ fields, scopes, writings, ...parts }: MergeProgram): string {
  return JSON.stringify([
    FORMAT,
    fields.map(({ scope, path }) => [scope, path]),
    scopes,
    writings.map(({ field, place, fallback }) => [field, place, ...(fallback === undefined ? [] : [fallback])]),
    ...PARTS.map((part) => formatText(parts[part])),
  ]);
}

function formatText({ literals, slots }: SlottedText): unknown[] {
  return literals.flatMap((literal, index) => [literal, ...slots.slice(index, index + 1).map(formatStep)]);
}

function formatStep(step: Step): unknown {
  if (typeof step === 'number') return step;
  if (step.kind === 'each') return ['each', step.list, step.scope, formatText(step.body)];
  return ['if', ...step.branches.flatMap(({ condition, body }) => [condition, formatText(body)])];
}

/** Reads a stored form. @throws where it is none, or one of another format */
export function parseProgram(form: string): MergeProgram {
  const parts = listOf(JSON.parse(form));
  if (parts[0] === 1) return parseFirstFormat(parts);
  if (parts[0] !== FORMAT) throw new Error(`A compiled template has the unknown format ${parts[0]}.`);
  const [, fields, scopes, writings, ...texts] = parts;
  const scopeCount = listOf(scopes).length + 1;
  const known = listOf(fields).map((field) => {
    const [scope, path] = listOf(field);
    return { scope: indexBelow(scopeCount, scope), path: text(path) };
  });
  const lists = listOf(scopes).map((list, index) => {
    const field = known[indexBelow(known.length, list)]!;
    if (field.scope > index) throw corrupt(); // a list of a later scope would have no items yet
    return list as number;
  });
  const written = listOf(writings).map((writing) => parseWriting(writing, known.length));
  const reader = { fields: known.length, scopes: scopeCount, writings: written.length };
  const [subject, preheader, html, plain] = PARTS.map((_, index) => parseText(texts[index], reader)) as [
    SlottedText,
    SlottedText,
    SlottedText,
    SlottedText,
  ];
  return { fields: known, scopes: lists, writings: written, subject, preheader, html, text: plain };
}

/** The form of versions that were published before there were conditions: `[1, paths, writings, subject, html]`. */
function parseFirstFormat([, paths, writings, subject, html]: unknown[]): MergeProgram {
  const fields = listOf(paths).map((path) => ({ scope: 0, path: text(path) }));
  const written = listOf(writings).map((writing) => parseWriting(writing, fields.length));
  const reader = { fields: fields.length, scopes: 1, writings: written.length };
  return {
    fields,
    scopes: [],
    writings: written,
    subject: parseText(subject, reader),
    preheader: EMPTY,
    html: parseText(html, reader),
    text: EMPTY,
  };
}

/** How many of each there are. */
interface Counts {
  readonly fields: number;
  readonly scopes: number;
  readonly writings: number;
}

function parseWriting(form: unknown, fields: number): Writing {
  const [field, place, fallback, ...rest] = listOf(form);
  const name = text(place);
  if (!isPlace(name) || rest.length > 0) throw corrupt();
  const writing = { field: indexBelow(fields, field), place: name };
  return fallback === undefined ? writing : { ...writing, fallback: text(fallback) };
}

function parseText(form: unknown, counts: Counts): SlottedText {
  const literals: string[] = [];
  const slots: Step[] = [];
  for (const [index, part] of listOf(form).entries())
    if (index % 2 === 0) literals.push(text(part));
    else slots.push(parseStep(part, counts));
  if (literals.length !== slots.length + 1) throw corrupt();
  return { literals, slots };
}

function parseStep(form: unknown, counts: Counts): Step {
  if (typeof form === 'number') return indexBelow(counts.writings, form);
  const [kind, ...rest] = listOf(form);
  if (kind === 'each' && rest.length === 3) {
    const [list, scope, body] = rest;
    return {
      kind: 'each',
      list: indexBelow(counts.fields, list),
      scope: indexBelow(counts.scopes, scope),
      body: parseText(body, counts),
    };
  }
  if (kind !== 'if' || rest.length === 0 || rest.length % 2 !== 0) throw corrupt();
  const branches = Array.from({ length: rest.length / 2 }, (_, index) => ({
    condition: rest[index * 2] === null ? null : parseCondition(rest[index * 2], counts.fields),
    body: parseText(rest[index * 2 + 1], counts),
  }));
  return { kind: 'if', branches };
}

function parseCondition(form: unknown, fields: number): Condition {
  const [kind, left, right, ...rest] = listOf(form);
  if (rest.length > 0) throw corrupt();
  if (kind === 'field') return ['field', indexBelow(fields, left)];
  if (kind === 'value') {
    if (left !== null && !['string', 'number', 'boolean'].includes(typeof left)) throw corrupt();
    return ['value', left as string | number | boolean | null];
  }
  if (kind === 'not') return ['not', parseCondition(left, fields)];
  if (kind !== 'and' && kind !== 'or' && !COMPARISONS.includes(kind)) throw corrupt();
  return [kind as 'and', parseCondition(left, fields), parseCondition(right, fields)];
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw corrupt();
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw corrupt();
  return value;
}

function indexBelow(length: number, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= length) throw corrupt();
  return value;
}

const isPlace = (name: string): name is Place => Object.hasOwn(places, name);

const corrupt = () => new Error('A compiled template is corrupt.');
