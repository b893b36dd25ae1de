import { randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Clients, countsOf, type Demo, mismatches, post, sum } from '@kelp/demo';
import { eventually } from '@kelp/testing';
import { Expectation, type SigningKey, sendgridTraffic } from '@kelp/webhook-samples';

export interface TrafficOptions {
  readonly clients: Clients;
  readonly demo: Demo;
  readonly key: SigningKey;
  readonly webhooksUrl: string;
}

const PAUSE_MS = 25;
const SETTLED_TIMEOUT_MS = 60_000;

/** Signed webhooks, one after the other until it is told to end; and what has to come out at the end. */
export class Traffic {
  /** What was not answered with 200, and posted again. */
  readonly refused: string[] = [];
  readonly #expectation: Expectation;
  readonly #running: Promise<void>;
  #isEnding = false;

  constructor(private readonly options: TrafficOptions) {
    const { acceptedTypes, templates } = options.demo;
    this.#expectation = new Expectation({ acceptedTypes, knownTemplates: templates.map(({ id }) => id) });
    this.#running = this.post();
  }

  /** How many events were answered with 200 so far. */
  get acknowledged(): number {
    return this.#expectation.received;
  }

  /**
   * Ends it, and waits until as many events are counted as should be.
   * @returns what is counted differently: nothing where nothing was lost or counted twice
   */
  async end() {
    this.#isEnding = true;
    await this.#running;
    const { clients, demo } = this.options;
    const expected = this.#expectation.counts();
    const counts = () => countsOf(clients.analytics, demo.organization);
    const enough = async () => {
      const found = await counts();
      if (sum(found) < sum(expected)) throw new Error(`Counted are ${sum(found)} and not ${sum(expected)}.`);
    };
    await eventually(enough, { timeoutMs: SETTLED_TIMEOUT_MS }).catch(() => undefined);
    return mismatches(expected, await counts());
  }

  private async post(): Promise<void> {
    const { demo, key, webhooksUrl } = this.options;
    const url = webhooksUrl + demo.webhookPath;
    const traffic = { seed: randomInt(2 ** 31), runId: randomUUID(), templates: demo.templates };
    for (const batch of sendgridTraffic({ ...traffic, events: Number.MAX_SAFE_INTEGER })) {
      if (this.#isEnding) return;
      await post({
        url,
        key,
        batches: [batch],
        onAccepted: ({ samples }) => this.#expectation.add(samples),
        onRefused: (problem) => this.refused.push(problem),
      });
      await sleep(PAUSE_MS);
    }
  }
}
