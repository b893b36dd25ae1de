import type { Comparison } from './expression.js';

const INDEX = /^\d+$/;

/**
 * What the data holds at a path of names and list positions; undefined where nothing is there. Nothing but the data itself
 * is looked at: own properties of objects, and items of lists.
 */
export function valueAt(data: unknown, names: readonly string[]): unknown {
  let value = data;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    if (Array.isArray(value) && !INDEX.test(name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** A value as text; undefined where it is not one that prints. */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
      return Number.isFinite(value) ? String(value) : undefined;
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/** Whether a value counts as true: not what is missing, null, false, 0, an empty text or an empty list. */
export const isTruthy = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value));

/**
 * Compares two values: equal ones are of one type, a missing one equals null, and only numbers come before each other.
 * Objects and lists equal nothing.
 */
export function compare(operator: Comparison, left: unknown, right: unknown): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    default:
      return typeof left === 'number' && typeof right === 'number' && ordered(operator, left, right);
  }
}

const isEqual = (left: unknown = null, right: unknown = null): boolean =>
  left === right && (typeof left !== 'object' || left === null);

function ordered(operator: '<' | '<=' | '>' | '>=', left: number, right: number): boolean {
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}
