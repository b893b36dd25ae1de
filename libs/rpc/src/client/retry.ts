import { setTimeout as sleep } from 'node:timers/promises';
import { Code, StatusError } from '@kelp/status';
import { counter } from '@kelp/telemetry';

const TRIES_MAX = 3;
const PAUSE_MS = 50;
const TOKENS_MAX = 10;
/** What a call that went well gives back. Source: gRPC's retry throttling (A6). */
const TOKEN_RATIO = 0.1;

const retried = counter('kelp_rpc_client_retries_total', 'Calls that were made again.');

/**
 * Makes calls again that found nobody to answer, at most three times in all. A channel whose calls mostly fail stops
 * doing so, since it would only add to the trouble: each failure takes a token, each success gives a tenth of one back,
 * and with half of them gone nothing is repeated.
 */
export class RetryBudget {
  #tokens = TOKENS_MAX;

  async run<T>(attempt: () => Promise<T>, signals: readonly AbortSignal[] = []): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        const value = await attempt();
        this.#tokens = Math.min(TOKENS_MAX, this.#tokens + TOKEN_RATIO);
        return value;
      } catch (error) {
        if (!(error instanceof StatusError) || error.code !== Code.UNAVAILABLE) throw error;
        this.#tokens = Math.max(0, this.#tokens - 1);
        const allowed = tries < TRIES_MAX && this.#tokens > TOKENS_MAX / 2;
        if (!allowed || signals.some(({ aborted }) => aborted)) throw error;
        retried.inc();
        await sleep((error.retryDelayMs ?? 0) + Math.random() * PAUSE_MS * 2 ** tries);
      }
    }
  }
}
