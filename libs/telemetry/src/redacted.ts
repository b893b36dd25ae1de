/** Fields that never reach a log, wherever they stand in an object. */
const SECRET = new Set(['authorization', 'password', 'secret', 'secrets', 'email', 'recipient', 'verificationKeys']);
const CENSORED = '[redacted]';
/** Nobody looks deeper, so nothing from there is shown. */
const DEPTH_MAX = 5;

/**
 * What may be logged of some fields: the same object where it holds no secret, which costs a log line next to nothing.
 * Errors are left to the log's serializer.
 */
export const redacted = (fields: Record<string, unknown>): Record<string, unknown> => within(fields, DEPTH_MAX);

function within(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(fields)) {
    const value = fields[key];
    const shown = SECRET.has(key) && value !== undefined ? CENSORED : shownOf(value, depth);
    if (shown === value) continue;
    copy ??= { ...fields };
    copy[key] = shown;
  }
  return copy ?? fields;
}

function shownOf(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date) return value;
  if (depth === 0 || ArrayBuffer.isView(value)) return CENSORED;
  if (!Array.isArray(value)) return within(value as Record<string, unknown>, depth - 1);
  const items = value.map((item) => shownOf(item, depth - 1));
  return items.some((item, index) => item !== value[index]) ? items : value;
}
