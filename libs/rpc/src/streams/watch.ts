import { Bell } from './bell.js';
import { ackFrame, helloFrame, runOf, type WatchRequest, type WatchResponse } from './frames.js';
import { ReceiveWindow } from './receive-window.js';
import { type Attempt, type ResumableOptions, resume } from './resumable.js';

/** Some changes in order, as a watcher applies them. */
export interface WatchFrame<T> {
  readonly items: readonly T[];
  /** Resumes behind these items, once they are durable here; empty where it cannot. */
  readonly resumeToken: string;
  /** With these items, everything is as it is at the server. */
  readonly synced: boolean;
  /** A snapshot begins with these items: what was known before is worth nothing once this snapshot is `synced`. */
  readonly reset: boolean;
}

export interface WatchOptions<T> extends ResumableOptions {
  /** Opens a stream, such as `(requests, options) => accounts.watchConnections(requests, options)`. */
  open(requests: AsyncIterable<WatchRequest>, options: { signal: AbortSignal }): AsyncIterable<WatchResponse<T>>;
  /** Applies changes, one frame at a time, in order. What it throws leads to another try, from the last frame that went well. */
  apply(frame: WatchFrame<T>): Promise<void>;
  /** Where to begin: the last token that was made durable; with a snapshot where it is empty. */
  readonly resumeToken?: string;
  /** How many items may be under way: 5,000. */
  readonly windowItems?: number;
}

/** A watch that goes on, over any number of streams, until it is closed. */
export interface Watching {
  /** Resolves when everything has been as it is at the server for the first time. */
  readonly synced: Promise<void>;
  close(): Promise<void>;
}

/** What the server says where a token is too old: the watch then begins anew, with a snapshot. */
const RESUME_TOKEN_EXPIRED = 'RESUME_TOKEN_EXPIRED';

/** Watches what a server streams, and applies each change in order. It never gives up: failures are heard of in `onReconnect`. */
export function watch<T>(options: WatchOptions<T>): Watching {
  return new Watcher(options);
}

class Watcher<T> implements Watching {
  readonly synced: Promise<void>;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  #isSynced: () => void = () => {};
  #resumeToken: string;

  constructor(private readonly options: WatchOptions<T>) {
    this.#resumeToken = options.resumeToken ?? '';
    this.synced = new Promise((resolve) => {
      this.#isSynced = resolve;
    });
    this.#running = resume((attempt) => this.stream(attempt), this.#stop.signal, {
      ...options,
      isFatal: () => false,
      onReconnect: (error) => {
        if (error.reason === RESUME_TOKEN_EXPIRED) this.#resumeToken = '';
        options.onReconnect?.(error);
      },
    });
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  private async stream(attempt: Attempt): Promise<void> {
    const { open, apply, windowItems = 5_000 } = this.options;
    const window = new ReceiveWindow(1, windowItems);
    const acks = new Acks(window, this.#resumeToken);
    let inSnapshot = this.#resumeToken === '';
    let reset = inSnapshot;
    try {
      for await (const { frame } of open(acks.frames(), { signal: this.#stop.signal })) {
        if (frame?.$case === 'items') {
          const { resumeToken, synced } = frame.value;
          const run = runOf(frame.value);
          window.accept(run);
          await apply({ items: run.items, resumeToken, synced, reset });
          reset = false;
          if (synced) inSnapshot = false;
          // Half a snapshot cannot be resumed: what was deleted meanwhile would stay for ever.
          if (!inSnapshot && resumeToken) this.#resumeToken = resumeToken;
          window.commit(window.received);
          attempt.progress = true;
          if (synced) this.#isSynced();
          acks.send();
        } else if (frame?.$case === 'draining') {
          attempt.retryAfterMs = frame.value.retryAfterMs;
          acks.end();
        }
      }
    } finally {
      acks.end();
    }
  }
}

/** What a watcher says on one stream. */
class Acks {
  readonly #news = new Bell();
  #ended = false;

  constructor(
    private readonly window: ReceiveWindow,
    private readonly resumeToken: string,
  ) {}

  send(): void {
    this.#news.ring();
  }

  end(): void {
    this.#ended = true;
    this.#news.ring();
  }

  async *frames(): AsyncGenerator<WatchRequest> {
    const { window, resumeToken } = this;
    yield { frame: helloFrame({ resumeToken, creditSequence: BigInt(window.credit) }) };
    for (let acked = 0; ; ) {
      await this.#news.wait();
      if (window.committed > acked) {
        acked = window.committed;
        yield { frame: ackFrame(acked, window.credit) };
      }
      if (this.#ended) return;
    }
  }
}
