import type { Parsed } from '../provider.js';
import { readElement } from './element.js';
import { scanBody } from './scan-body.js';

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Takes a body apart: an array of events. Bytes that are not UTF-8 become U+FFFD; of two equal keys the last one counts.
 * The elements are good for as long as nobody writes into the body.
 */
export function parseBody(body: Buffer): Parsed {
  const elements = scanBody(body);
  return elements ? { valid: true, elements } : parseWhole(body);
}

/** The same by JSON.parse, which builds everything: the last word on what a body is, and what the scan is held against. */
export function parseWhole(body: Buffer): Parsed {
  const json = body.toString('utf8');
  let elements: unknown;
  try {
    elements = JSON.parse(json.startsWith(BYTE_ORDER_MARK) ? json.slice(1) : json);
  } catch {
    return { valid: false, message: 'The body is not JSON.' };
  }
  if (!Array.isArray(elements)) return { valid: false, message: 'The body is not a list of events.' };
  return { valid: true, elements: elements.map((element: unknown) => readElement(element)) };
}
