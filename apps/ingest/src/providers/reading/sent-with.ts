import { isUuid } from '@kelp/resource';
import { text, wholeNumber } from '../../event/text.js';
import type { EventDetails } from '../provider.js';
import { jsonOf } from './json.js';
import type { JsonObject } from './parse-json.js';

/** The largest number that every store holds. */
export const NUMBER_MAX = 2_147_483_647;
const ARGUMENTS_MAX = 64;
const KEY_MAX = 256;
const VALUE_MAX = 1024;
/** All custom arguments of one event together. */
const TOTAL_MAX = 10_000;
const TAGS_MAX = 32;

/** The custom arguments that Kelp itself sends along. */
const kelpArguments: ReadonlySet<string> = new Set([
  'kelp_template',
  'kelp_version',
  'kelp_locale',
  'kelp_variant',
  'kelp_campaign',
]);

/** The template that the sender named, a UUID in its canonical form; empty where none is. */
export function templateOf({ kelp_template: template }: JsonObject): string {
  if (typeof template !== 'string') return '';
  const canonical = template.trim().toLowerCase();
  return isUuid(canonical) ? canonical : '';
}

/** What the sender attached to the message: what Kelp understands of it, and the rest within the contract's limits. */
export function sentWith(
  custom: JsonObject,
): Pick<EventDetails, 'template' | 'templateVersion' | 'locale' | 'variant' | 'campaign' | 'metadata'> {
  return {
    template: templateOf(custom),
    templateVersion: wholeNumber(custom.kelp_version, 0, NUMBER_MAX) ?? 0,
    locale: text(custom.kelp_locale, 35),
    variant: text(custom.kelp_variant, KEY_MAX),
    campaign: text(custom.kelp_campaign, KEY_MAX),
    metadata: metadataOf(custom),
  };
}

function metadataOf(custom: JsonObject): Record<string, string> {
  const entries: [string, string][] = [];
  let left = TOTAL_MAX;
  for (const [name, value] of Object.entries(custom)) {
    if (kelpArguments.has(name)) continue;
    const key = text(name, KEY_MAX);
    const written = text(typeof value === 'object' && value !== null ? jsonOf(value) : value, VALUE_MAX);
    left -= key.length + written.length;
    if (entries.length === ARGUMENTS_MAX || left < 0) break;
    if (key !== '') entries.push([key, written]);
  }
  // Not by assignment: an argument may be called `__proto__`.
  return Object.fromEntries(entries);
}

/** The message's tags: a text, or a list of them. */
export function tagsOf(tags: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(tags) ? tags : [tags];
  return list
    .slice(0, TAGS_MAX)
    .map((tag) => text(tag, KEY_MAX))
    .filter((tag) => tag !== '');
}
