import { createHash } from 'node:crypto';
import { jsonOf } from '../reading/json.js';
import type { JsonObject } from './element.js';

/**
 * What tells an event from all others of its connection. SendGrid gives each an identifier, and the same one when it posts
 * it again; an event without one is told apart by everything that it says, in whatever order.
 */
export function dedupeKeyOf(fields: JsonObject): string {
  const { sg_event_id: id } = fields;
  if ((typeof id === 'string' && id !== '') || typeof id === 'number') return `id:${id}`;
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return `derived:${createHash('sha256').update(jsonOf(sorted)).digest('base64url')}`;
}
