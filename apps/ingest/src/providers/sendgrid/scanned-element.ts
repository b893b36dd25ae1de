import type { EventType } from '@kelp/contract-event';
import type { EventDetails, ReportedEvent, Unreadable } from '../provider.js';
import { readElement, templateOf } from './element.js';

/** What JSON.parse makes of the part of a body that is known to be one JSON value. */
export const parseElement = (json: Buffer, from: number, end: number): unknown =>
  JSON.parse(json.toString('utf8', from, end));

/**
 * An event of which only the type was read: everything else stays in the body until somebody asks, which for most events
 * nobody does. It is good for as long as the body is.
 */
export class ScannedElement implements ReportedEvent {
  constructor(
    readonly type: EventType,
    private readonly json: Buffer,
    private readonly from: number,
    private readonly end: number,
    private readonly templateFrom: number,
    private readonly templateEnd: number,
  ) {}

  get template(): string {
    // Shorter ones are none, and not worth a text.
    if (this.templateEnd - this.templateFrom < UUID_LENGTH || this.templateFrom < 0) return '';
    return templateOf(this.json.toString('utf8', this.templateFrom, this.templateEnd));
  }

  read(): EventDetails | Unreadable {
    const element = this.parsed();
    return 'problem' in element ? element : element.read();
  }

  raw(): Buffer {
    return this.parsed().raw();
  }

  private parsed() {
    return readElement(parseElement(this.json, this.from, this.end));
  }
}

const UUID_LENGTH = 36;
