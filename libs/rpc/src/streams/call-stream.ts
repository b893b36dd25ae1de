import { setTimeout as sleep } from 'node:timers/promises';
import { Code, StatusError } from '@kelp/status';
import { type CallContext, currentCall } from '../call.js';
import type { CallOptions } from '../client/client.js';
import { fromServiceError, fromStatus } from '../status/from-wire.js';
import { Bell } from './bell.js';
import type { CallsRequest, CallsResponse, StreamedCall, StreamedResult } from './call-frames.js';
import { type Attempt, type ResumableOptions, resume } from './resumable.js';

export interface CallStreamOptions<Req, Res> extends ResumableOptions {
  /** Opens a stream, such as `(requests, options) => templates.renderCalls(requests, options)`. */
  open(requests: AsyncIterable<CallsRequest<Req>>, options: { signal: AbortSignal }): AsyncIterable<CallsResponse<Res>>;
  /** How many calls a message holds at the most: 200. */
  readonly batchCalls?: number;
  /** How many calls may wait for their answers; further ones wait to be sent: 2,000. */
  readonly inFlightCalls?: number;
  /** How long calls wait for company while others are under way, in milliseconds; when none are, not at all: 1. */
  readonly lingerMs?: number;
  /** Calls may safely be made twice: those that a broken stream left without an answer are sent again. */
  readonly idempotent?: boolean;
}

/** Many small calls over one stream: no set-up for each, and those made at the same time travel together. */
export interface CallStream<Req, Res> {
  /** Makes one call: 10,000 ms of time unless said otherwise. @throws the StatusError that the server threw */
  call(request: Req, options?: CallOptions): Promise<Res>;
  /** Waits for what is under way, at most so long (10,000 ms). What is left then fails as CANCELLED. */
  close(withinMs?: number): Promise<void>;
}

/** Makes a call stream. It opens with the first call. */
export function callStream<Req, Res>(options: CallStreamOptions<Req, Res>): CallStream<Req, Res> {
  return new Calls(options);
}

const DEADLINE_MS = 10_000;

interface Pending<Req, Res> {
  readonly call: StreamedCall<Req>;
  readonly deadline: number;
  resolve(response: Res): void;
  reject(error: unknown): void;
}

const failure = (code: Code, message: string) => new StatusError(code, '', message, '');

class Calls<Req, Res> implements CallStream<Req, Res> {
  /** Not sent yet, in order. */
  #queue: Pending<Req, Res>[] = [];
  /** Sent, and not answered yet. */
  readonly #sent = new Map<number, Pending<Req, Res>>();
  #cancelled: number[] = [];
  #lastId = 0;
  readonly #work = new Bell();
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  #closing = false;

  constructor(private readonly options: CallStreamOptions<Req, Res>) {}

  get #open(): number {
    return this.#queue.length + this.#sent.size;
  }

  call(request: Req, { signal, deadlineMs = DEADLINE_MS, context }: CallOptions = {}): Promise<Res> {
    const parent = currentCall();
    const now = Date.now();
    const deadline = Math.min(now + deadlineMs, parent?.deadline?.getTime() ?? Number.POSITIVE_INFINITY);
    if (this.#closing) return Promise.reject(failure(Code.CANCELLED, 'The call stream is closed.'));
    if (deadline <= now) return Promise.reject(failure(Code.DEADLINE_EXCEEDED, 'There was no time left for the call.'));
    const signals = [signal, parent?.signal].filter((candidate) => candidate !== undefined);
    if (signals.some(({ aborted }) => aborted))
      return Promise.reject(failure(Code.CANCELLED, 'The call was given up.'));

    this.#lastId = (this.#lastId + 1) >>> 0;
    const id = this.#lastId;
    return new Promise<Res>((resolve, reject) => {
      const call: StreamedCall<Req> = { id, timeoutMs: 0, context: wireContext(parent?.context, context), request };
      const cancel = () => this.giveUp(pending, failure(Code.CANCELLED, 'The call was given up.'));
      const timer = setTimeout(
        () => this.giveUp(pending, failure(Code.DEADLINE_EXCEEDED, 'The answer did not come in time.')),
        deadline - now,
      );
      const settle = () => {
        clearTimeout(timer);
        for (const one of signals) one.removeEventListener('abort', cancel);
      };
      const pending: Pending<Req, Res> = {
        call,
        deadline,
        resolve: (response) => {
          settle();
          resolve(response);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      for (const one of signals) one.addEventListener('abort', cancel, { once: true });
      this.#queue.push(pending);
      this.#work.ring();
      this.#running ??= this.run();
    });
  }

  async close(withinMs = 10_000): Promise<void> {
    this.#closing = true;
    this.#work.ring();
    const timer = setTimeout(() => this.#stop.abort(), withinMs);
    await this.#running;
    clearTimeout(timer);
    this.#stop.abort();
    this.fail(failure(Code.CANCELLED, 'The call stream was closed before the answer came.'));
  }

  private async run(): Promise<void> {
    try {
      await resume((attempt) => this.stream(attempt), this.#stop.signal, {
        ...this.options,
        isDone: () => this.#closing && this.#open === 0,
      });
    } catch (error) {
      this.fail(error);
    } finally {
      this.#running = undefined;
    }
  }

  private async stream(attempt: Attempt): Promise<void> {
    const stream = { ending: false };
    let broken: StatusError | undefined;
    try {
      for await (const { results, draining } of this.options.open(this.requests(stream), {
        signal: this.#stop.signal,
      })) {
        for (const result of results) this.settle(result);
        attempt.progress ||= results.length > 0;
        if (draining) {
          attempt.retryAfterMs = draining.retryAfterMs;
          stream.ending = true;
        }
        this.#work.ring();
      }
    } catch (error) {
      broken = fromServiceError(error);
      throw error;
    } finally {
      stream.ending = true;
      this.#work.ring();
      this.orphan(broken ?? failure(Code.UNAVAILABLE, 'The stream ended before the answer came.'));
    }
  }

  /** What one stream says. */
  private async *requests(stream: { ending: boolean }): AsyncGenerator<CallsRequest<Req>> {
    const { batchCalls = 200, inFlightCalls = 2_000, lingerMs = 1 } = this.options;
    while (!stream.ending && !(this.#closing && this.#open === 0)) {
      const room = Math.min(batchCalls, inFlightCalls - this.#sent.size);
      const waiting = Math.min(this.#queue.length, room);
      if (waiting === 0 && this.#cancelled.length === 0) {
        await this.#work.wait();
        continue;
      }
      // Alone, a call goes at once; behind others, it waits a moment for company: a message costs what ten calls cost.
      if (this.#sent.size > 0 && waiting < room) await sleep(lingerMs);
      if (!stream.ending) yield this.batch(room);
    }
  }

  private batch(room: number): CallsRequest<Req> {
    const now = Date.now();
    const calls: StreamedCall<Req>[] = [];
    for (const pending of this.#queue.splice(0, room)) {
      pending.call.timeoutMs = Math.max(1, Math.ceil(pending.deadline - now));
      this.#sent.set(pending.call.id, pending);
      calls.push(pending.call);
    }
    const cancelledIds = this.#cancelled;
    this.#cancelled = [];
    return { calls, cancelledIds };
  }

  private settle({ id, outcome }: StreamedResult<Res>): void {
    const pending = this.#sent.get(id);
    if (!pending) return; // given up meanwhile
    this.#sent.delete(id);
    if (outcome?.$case === 'response') pending.resolve(outcome.value);
    else pending.reject(outcome ? fromStatus(outcome.value) : failure(Code.INTERNAL, 'The answer was empty.'));
  }

  private giveUp(pending: Pending<Req, Res>, error: StatusError): void {
    if (this.#sent.delete(pending.call.id)) {
      this.#cancelled.push(pending.call.id);
    } else {
      this.#queue = this.#queue.filter((other) => other !== pending);
    }
    this.#work.ring();
    pending.reject(error);
  }

  /** The stream is gone, and with it the answers to what it carried. */
  private orphan(error: StatusError): void {
    const orphans = [...this.#sent.values()];
    this.#sent.clear();
    this.#cancelled = [];
    if (this.options.idempotent && !this.#stop.signal.aborted) this.#queue.unshift(...orphans);
    else for (const { reject } of orphans) reject(error);
  }

  private fail(error: unknown): void {
    const all = [...this.#sent.values(), ...this.#queue.splice(0)];
    this.#sent.clear();
    for (const { reject } of all) reject(error);
  }
}

function wireContext(parent: CallContext | undefined, own: Partial<CallContext> | undefined) {
  if (!parent && !own) return undefined;
  return { requestId: '', traceparent: '', organization: '', actor: '', ...parent, ...own };
}
