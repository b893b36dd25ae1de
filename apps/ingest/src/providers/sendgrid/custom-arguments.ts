import { text } from '../../event/text.js';
import { jsonOf } from '../reading/json.js';
import type { JsonObject } from './element.js';
import { commonFields, type EventTypeRule, kelpFields } from './event-types.js';

const ARGUMENTS_MAX = 64;
const KEY_MAX = 256;
const VALUE_MAX = 1024;
/** All arguments of one event: SendGrid itself takes 10,000 bytes of them. */
const TOTAL_MAX = 10_000;
const TAGS_MAX = 32;

/** What the sender attached to the message, within the contract's limits: what stands beside SendGrid's fields. */
export function customArguments(fields: JsonObject, { fields: own }: EventTypeRule): Record<string, string> {
  const entries: [string, string][] = [];
  let left = TOTAL_MAX;
  for (const name of Object.keys(fields)) {
    if (commonFields.has(name) || kelpFields.has(name) || own.includes(name)) continue;
    const key = text(name, KEY_MAX);
    const value = fields[name];
    // SendGrid's own API takes texts alone, its SMTP header takes anything.
    const written = text(typeof value === 'object' && value !== null ? jsonOf(value) : value, VALUE_MAX);
    left -= key.length + written.length;
    if (entries.length === ARGUMENTS_MAX || left < 0) break;
    if (key !== '') entries.push([key, written]);
  }
  // Not by assignment: an argument may be called `__proto__`.
  return Object.fromEntries(entries);
}

/** The message's categories: a text, or a list of them. */
export function tagsOf(category: unknown): string[] {
  const categories: readonly unknown[] = Array.isArray(category) ? category : [category];
  return categories
    .slice(0, TAGS_MAX)
    .map((tag) => text(tag, KEY_MAX))
    .filter((tag) => tag !== '');
}
