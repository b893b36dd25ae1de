import { setTimeout as sleep } from 'node:timers/promises';
import type { SampleRequest } from '@kelp/webhook-samples';
import { Problem } from './problem.js';

export interface Answer {
  readonly status: number;
  /** The line of JSON that was answered. */
  readonly line: string;
}

/** How long a new connection may take to be known to the edge. */
const KNOWN_AFTER_MS = 10_000;
const PAUSE_MS = 200;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Posts a request.
 * @param isNew whether its connection was made just now, so that the edge may not know it yet
 * @throws Problem where nobody answers
 */
export async function post(request: SampleRequest, isNew: boolean): Promise<Answer> {
  for (const startedMs = performance.now(); ; await sleep(PAUSE_MS)) {
    const answer = await attempt(request);
    const isUnknown = answer.line.includes('"CONNECTION_UNKNOWN"');
    if (!isNew || !isUnknown || performance.now() - startedMs > KNOWN_AFTER_MS) return answer;
  }
}

async function attempt({ method, url, headers, body }: SampleRequest): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const response = await fetch(url, { method, headers: { ...headers }, body: new Uint8Array(body), signal });
    return { status: response.status, line: (await response.text()).trim() };
  } catch (cause) {
    throw new Problem(`Nobody answers at ${new URL(url).origin}: does Kelp run (npm start)?`, { cause });
  }
}
