import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MetricsRow, QueryMetricsRequest } from '@kelp/contract-analytics';
import type { SourceFrame } from '@kelp/rpc';
import { gauge, type Logger } from '@kelp/telemetry';
import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { answeredByStore } from '../store.errors.js';
import { LiveAnswer } from './live-answer.js';
import { resumeTokenExpired, tooManyWatches } from './metrics.errors.js';
import { MetricsRepository } from './metrics.repository.js';
import { metricsQuery } from './metrics-query.js';

/** How often the store is asked whether there is something new. */
const TICK_MS = 500;
/** For how many ticks after the last sign of something new answers are looked at: a commit shows a sign before it is seen. */
const RESTLESS_TICKS = 4;
/** And in case a commit took longer than that. */
const QUIET_TICKS_MAX = 20;
/** How long an answer that nobody watches any more can be resumed. */
const KEPT_MS = 60_000;

const watchers = gauge('kelp_analytics_metrics_watchers', 'Streams that watch metrics.');
const watched = gauge('kelp_analytics_metrics_watched', 'Different queries that are watched, or can be resumed.');

/** All that there is to tell where nothing is asked. */
const NOTHING: SourceFrame<MetricsRow> = { items: [], resumeToken: 'nothing', synced: true };

/** What is watched, by whom. */
interface Watched {
  readonly answer: LiveAnswer;
  watchers: number;
  /** Since nobody watches. */
  idleSinceMs: number;
}

/**
 * Tells watchers what becomes of the answers to their queries. Everybody who asks the same shares one answer, which is read
 * again only while events come in: what thousands of watchers cost is what their different questions cost.
 */
@Injectable()
export class MetricsFeed implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly byQuery = new Map<string, Watched>();
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private lastSign = '';

  /** @param queriesMax how many different queries may be watched at once */
  constructor(
    private readonly metrics: MetricsRepository,
    private readonly log: Logger,
    private readonly queriesMax = 1_000,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /**
   * The answer as it is, or what became of it since the token was given, and then each change.
   * @throws INVALID_FIELDS, TOO_MANY_ROWS, TOO_MANY_WATCHES, RESUME_TOKEN_EXPIRED, STORE_UNAVAILABLE
   */
  async *watch(
    request: QueryMetricsRequest | undefined,
    resumeToken: string,
    signal: AbortSignal,
  ): AsyncGenerator<SourceFrame<MetricsRow>> {
    if (!request) {
      yield NOTHING;
      if (!signal.aborted) await once(signal, 'abort');
      return;
    }
    const entry = this.entryOf(request);
    const { answer } = entry;
    entry.watchers += 1;
    watchers.inc();
    try {
      await answeredByStore(() => answer.ready());
      let revision = resumeToken === '' ? 0 : answer.revisionIn(resumeToken);
      if (revision === undefined) throw resumeTokenExpired();
      for (let isFirst = true; !signal.aborted; isFirst = false) {
        const { items, revision: reached, token } = answer.since(revision);
        if (isFirst || items.length > 0) yield { items, resumeToken: token, synced: true };
        revision = reached;
        await answer.changedBeyond(revision, signal);
      }
    } finally {
      watchers.dec();
      entry.watchers -= 1;
      entry.idleSinceMs = Date.now();
    }
  }

  private entryOf(request: QueryMetricsRequest): Watched {
    const key = JSON.stringify({ ...request, comparePrevious: false });
    const known = this.byQuery.get(key);
    if (known) return known;
    const query = metricsQuery({ ...request, comparePrevious: false });
    this.forgetIdle(this.byQuery.size >= this.queriesMax ? 0 : KEPT_MS);
    if (this.byQuery.size >= this.queriesMax) throw tooManyWatches(this.queriesMax);
    const answer = new LiveAnswer(randomBytes(9).toString('base64url'), () => this.metrics.query(query));
    const entry = { answer, watchers: 0, idleSinceMs: Date.now() };
    this.byQuery.set(key, entry);
    watched.set(this.byQuery.size);
    return entry;
  }

  private forgetIdle(afterMs: number): void {
    const now = Date.now();
    for (const [key, { watchers: watching, idleSinceMs }] of this.byQuery) {
      if (watching === 0 && now - idleSinceMs >= afterMs) this.byQuery.delete(key);
    }
    watched.set(this.byQuery.size);
  }

  private async run(): Promise<void> {
    let restless = 0;
    for (let quiet = 0; !this.stopped.signal.aborted; quiet += 1) {
      await sleep(TICK_MS, undefined, { signal: this.stopped.signal }).catch(() => {}); // or the end comes first
      this.forgetIdle(KEPT_MS);
      if (this.byQuery.size === 0) continue;
      try {
        const { sign, isPending } = await this.metrics.news();
        if (isPending || sign !== this.lastSign) restless = RESTLESS_TICKS;
        this.lastSign = sign;
        if (restless === 0 && quiet < QUIET_TICKS_MAX) continue;
        restless = Math.max(0, restless - 1);
        quiet = 0;
        for (const { answer, watchers: watching } of this.byQuery.values()) {
          if (this.stopped.signal.aborted) return;
          if (watching > 0) await answer.refresh();
        }
      } catch (error) {
        this.log.warn({ err: error }, 'What is watched could not be read; the next try follows.');
      }
    }
  }
}
