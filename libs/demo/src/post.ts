import { setTimeout as sleep } from 'node:timers/promises';
import { type SampleBatch, type SigningKey, signSendgrid } from '@kelp/webhook-samples';

export interface PostOptions {
  /** Where the webhook is posted. */
  url: string;
  key: SigningKey;
  batches: Iterable<SampleBatch>;
  /** How many requests are under way at once: 4. */
  inFlight?: number;
  /** Hears of each batch once it was answered with 200. */
  onAccepted(batch: SampleBatch): void;
  /** Hears of each answer that was another, or of what went wrong instead of one. The batch is posted again. */
  onRefused?(problem: string): void;
  /** Gives up when it fires. */
  signal?: AbortSignal;
}

const IN_FLIGHT = 4;
const ANSWER_TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;

/** Posts every batch as a provider does: signed, and again until it is answered with 200. */
export async function post({ batches, inFlight = IN_FLIGHT, ...options }: PostOptions): Promise<void> {
  const queue = batches[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await deliver(next.value, options);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

async function deliver(batch: SampleBatch, options: Omit<PostOptions, 'batches' | 'inFlight'>): Promise<void> {
  const { url, key, onAccepted, onRefused, signal = new AbortController().signal } = options;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    signal.throwIfAborted();
    const problem = await attempt(url, key, batch.body, signal);
    if (!problem) return onAccepted(batch);
    signal.throwIfAborted();
    onRefused?.(problem);
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal });
  }
}

/** @returns what went wrong, if something did */
async function attempt(url: string, key: SigningKey, body: Buffer, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: signSendgrid(key, body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    const text = await response.text();
    return response.status === 200 ? undefined : `${response.status} ${text.trim()}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}` : message;
  }
}
