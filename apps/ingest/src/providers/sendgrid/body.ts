import type { Parsed, ReportedEvent, UnreadableElement } from '../provider.js';
import { readElement } from './element.js';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Takes a body apart: an array of events. Bytes that are not UTF-8 become U+FFFD; of two equal keys the last one counts.
 *
 * This is the one place that knows how JSON becomes elements: a faster one must give the same elements.
 */
export function parseBody(body: Buffer): Parsed {
  const json = body.toString('utf8');
  let elements: unknown;
  try {
    elements = JSON.parse(json.startsWith(BYTE_ORDER_MARK) ? json.slice(1) : json);
  } catch {
    return { valid: false, message: 'The body is not JSON.' };
  }
  if (!Array.isArray(elements)) return { valid: false, message: 'The body is not a list of events.' };
  return { valid: true, elements: read(elements) };
}

/** One by one: what the filter throws away is gone before the next one is looked at. */
function* read(elements: readonly unknown[]): Generator<ReportedEvent | UnreadableElement> {
  for (const element of elements) yield readElement(element);
}
