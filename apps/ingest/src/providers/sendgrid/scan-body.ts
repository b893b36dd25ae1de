import { DeadLetterKind } from '@kelp/contract-ingest';
import type { ReportedEvent, UnreadableElement } from '../provider.js';
import { readElement } from './element.js';
import { ruleOfBytes } from './event-types.js';
import { DEEP, escapedEnd, INVALID, JsonBytes } from './json-bytes.js';
import { parseElement, ScannedElement } from './scanned-element.js';

const [QUOTE, COMMA, COLON] = [0x22, 0x2c, 0x3a] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');
const EVENT = Buffer.from('event');
const TEMPLATE = Buffer.from('kelp_template');

type Element = ReportedEvent | UnreadableElement;

/**
 * Sees the events of a body in one pass over its bytes, without building them: for each only its type and its template
 * are looked at. Wherever those two are not plain to see, the element is parsed instead.
 * @returns the same elements as JSON.parse and `readElement` would give; undefined where it cannot tell, as the body is no
 *   list, no JSON, or nested too deeply
 */
export function scanBody(body: Buffer): Element[] | undefined {
  const json = new JsonBytes(body);
  const object = new ObjectScan(json);
  const elements: Element[] = [];
  let at = json.afterSpace(json.has(BYTE_ORDER_MARK, 0) ? BYTE_ORDER_MARK.length : 0);
  if (body[at] !== OPEN_LIST) return undefined;
  at = json.afterSpace(at + 1);
  if (body[at] !== CLOSE_LIST) {
    for (;;) {
      const from = at;
      const isObject = body[from] === OPEN_OBJECT;
      const end = isObject ? object.scan(from + 1) : json.valueEnd(from, 1);
      if (end < 0) return undefined;
      elements.push(isObject ? object.element(from, end) : otherElement(body, from, end));
      at = json.afterSpace(end);
      if (body[at] === CLOSE_LIST) break;
      if (body[at] !== COMMA) return undefined;
      at = json.afterSpace(at + 1);
    }
  }
  return json.afterSpace(at + 1) === body.length ? elements : undefined;
}

const otherElement = (body: Buffer, from: number, end: number): UnreadableElement => ({
  kind: DeadLetterKind.SCHEMA,
  problem: 'The element is not an object.',
  raw: () => readElement(parseElement(body, from, end)).raw(),
});

/** One object after the other: where it ends, and what it says about itself as far as its raw bytes tell. */
class ObjectScan {
  /** Where the text of `event` begins and ends; -1 where it is no text. Of equal keys the last one counts. */
  private eventFrom = -1;
  private eventEnd = -1;
  /** The same of `kelp_template`. */
  private templateFrom = -1;
  private templateEnd = -1;
  /** Whether an escape may hide a key or a value that matters. */
  private veiled = false;

  constructor(private readonly json: JsonBytes) {}

  /** @returns where the object ends that begins before `from`, as `JsonBytes` does */
  scan(from: number): number {
    const { json } = this;
    const { bytes } = json;
    this.eventFrom = this.templateFrom = -1;
    this.veiled = false;
    let at = json.afterSpace(from);
    if (bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return INVALID;
      const keyFrom = at + 1;
      let keyEnd = json.stringEnd(keyFrom);
      if (keyEnd === INVALID) return INVALID;
      if (keyEnd < DEEP) {
        keyEnd = escapedEnd(keyEnd);
        this.veiled = true;
      }
      at = json.afterSpace(keyEnd + 1);
      if (bytes[at] !== COLON) return INVALID;
      at = json.afterSpace(at + 1);
      const keyLength = keyEnd - keyFrom;
      if (keyLength === EVENT.length && json.has(EVENT, keyFrom)) at = this.eventValue(at);
      else if (keyLength === TEMPLATE.length && json.has(TEMPLATE, keyFrom)) at = this.templateValue(at);
      else at = json.valueEnd(at, 2);
      if (at < 0) return at;
      at = json.afterSpace(at);
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      if (bytes[at] !== COMMA) return INVALID;
      at = json.afterSpace(at + 1);
    }
  }

  /** The object that was scanned last, as an element. */
  element(from: number, end: number): Element {
    const { bytes } = this.json;
    const isPlain = !this.veiled && this.eventFrom >= 0;
    const rule = isPlain ? ruleOfBytes(bytes, this.eventFrom, this.eventEnd) : undefined;
    return rule
      ? new ScannedElement(rule.type, bytes, from, end, this.templateFrom, this.templateEnd)
      : readElement(parseElement(bytes, from, end));
  }

  private eventValue(from: number): number {
    const end = this.textEnd(from);
    this.eventFrom = end < 0 ? -1 : from + 1;
    this.eventEnd = end;
    return end < 0 ? this.json.valueEnd(from, 2) : end + 1;
  }

  private templateValue(from: number): number {
    const end = this.textEnd(from);
    this.templateFrom = end < 0 ? -1 : from + 1;
    this.templateEnd = end;
    return end < 0 ? this.json.valueEnd(from, 2) : end + 1;
  }

  /** Where a text ends that is plain to see; negative for anything else. */
  private textEnd(from: number): number {
    if (this.json.bytes[from] !== QUOTE) return -1;
    const end = this.json.stringEnd(from + 1);
    if (end < DEEP) this.veiled = true;
    return end;
  }
}
