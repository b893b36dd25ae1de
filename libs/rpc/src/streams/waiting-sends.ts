import { isSampled } from '../tracing.js';
import type { Run } from './send-window.js';

/** A frame of many small sends names some of their traces only. */
const FRAME_TRACES_MAX = 32;

interface Waiting {
  /** The sequence of its last item. */
  readonly sequence: number;
  /** The trace that the items belong to, where it is recorded. */
  readonly traceparent: string | undefined;
  resolve(): void;
  reject(error: unknown): void;
}

/** Those who wait for their items to be committed, in the order of the items. */
export class WaitingSends {
  #waiting: Waiting[] = [];
  #traced = 0;

  /** Resolves once everything up to `sequence` is committed. */
  add(sequence: number, traceparent: string | undefined): Promise<void> {
    const recorded = isSampled(traceparent) ? traceparent : undefined;
    if (recorded) this.#traced++;
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ sequence, traceparent: recorded, resolve, reject });
    });
  }

  /** Everything up to this sequence is committed. */
  settle(upTo: number): void {
    let settled = 0;
    for (const { sequence, traceparent, resolve } of this.#waiting) {
      if (sequence > upTo) break;
      settled++;
      if (traceparent) this.#traced--;
      resolve();
    }
    if (settled > 0) this.#waiting = this.#waiting.slice(settled);
  }

  fail(error: unknown): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#traced = 0;
  }

  /** The recorded traces of those whose items are in the run. */
  tracesOf({ firstSequence, items }: Run<unknown>): string[] {
    if (this.#traced === 0) return [];
    const traces = new Set<string>();
    const last = firstSequence + items.length - 1;
    for (const { sequence, traceparent } of this.#waiting) {
      if (traceparent && sequence >= firstSequence) traces.add(traceparent);
      if (sequence >= last || traces.size === FRAME_TRACES_MAX) break;
    }
    return [...traces];
  }
}
