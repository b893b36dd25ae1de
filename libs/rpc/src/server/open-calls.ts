import { gauge } from '@kelp/telemetry';
import { LazySignal } from './lazy-signal.js';
import { CONNECTION_AGE_MS } from './server-options.js';

/** A long-lived stream ends by itself well before its connection does, and not all at once. */
const STREAM_AGE_MS = 0.6 * CONNECTION_AGE_MS;
const STREAM_AGE_SPREAD = 0.3;

const openCalls = gauge('kelp_rpc_server_open_calls', 'Calls that are being answered at the moment.');

/** The calls that are being answered: what a server asks to end when it goes away. */
export class OpenCalls {
  readonly #open = new Set<LazySignal>();
  #draining = false;

  get size(): number {
    return this.#open.size;
  }

  /**
   * Counts a call as open.
   * @param rotates a stream, which is asked to come to its end when it becomes old
   * @returns the signal that asks it to, and what to call when it has ended
   */
  open(rotates: boolean, streamAgeMs: number = STREAM_AGE_MS): { draining: LazySignal; close: () => void } {
    const drain = new LazySignal();
    this.#open.add(drain);
    openCalls.inc();
    if (this.#draining) drain.abort(going);
    const age = streamAgeMs * (1 + (Math.random() - 0.5) * STREAM_AGE_SPREAD);
    const timer = rotates ? setTimeout(() => drain.abort(going), age).unref() : undefined;
    return {
      draining: drain,
      close: () => {
        clearTimeout(timer);
        if (this.#open.delete(drain)) openCalls.dec();
      },
    };
  }

  drain(): void {
    this.#draining = true;
    for (const drain of this.#open) drain.abort(going);
  }
}

const going = () => new DOMException('This stream has to come to its end.', 'AbortError');
