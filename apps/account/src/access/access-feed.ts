import { AccessGraph, type AccessSource } from '@kelp/access';
import { ChangeFeed, type ChangeFrame, ResumeTokenExpired } from '@kelp/change-feed';
import type { AccessChange } from '@kelp/contract-account';
import type { SourceFrame } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { storeUnavailable } from '../account.errors.js';
import { resumeTokenExpired } from '../connection/connection.errors.js';
import { isAway } from '../database-failure.js';
import type { AccessFactRepository } from './access-fact.repository.js';
import { Progress } from './progress.js';

/** Knows who may do what, in memory, as the database says; and tells watchers. */
@Injectable()
export class AccessFeed implements AccessSource, OnModuleInit, OnApplicationShutdown {
  readonly #feed: ChangeFeed<AccessChange>;
  readonly #stop = new AbortController();
  readonly #progress = new Progress();
  #graph = new AccessGraph();
  #isSynced = false;
  #following: Promise<void> | undefined;
  /** Asks that wait for their turn share one query. */
  #nextHead: Promise<bigint> | undefined;
  #lastHead: Promise<unknown> = Promise.resolve();

  /**
   * @param url of the database, for a connection of its own on which it hears of changes
   * @param retentionMs how long the ends of facts are kept for watchers
   */
  constructor(
    url: string,
    private readonly facts: AccessFactRepository,
    retentionMs: number,
    private readonly log: Logger,
  ) {
    this.#feed = new ChangeFeed({
      connection: url,
      feed: 'access',
      read: (afterRevision, limit) => facts.changes(afterRevision, limit),
      purge: { table: 'access_fact', retentionMs },
      log,
    });
  }

  get graph(): AccessGraph {
    return this.#graph;
  }

  get isFresh(): boolean {
    return this.#isSynced;
  }

  async onModuleInit(): Promise<void> {
    await this.#feed.start();
    this.#following = this.follow();
    await this.#progress.reaches(await this.facts.head(), this.#stop.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.#stop.abort();
    await this.#feed.stop();
    await this.#following;
  }

  /** The graph, once it has every change that was committed before the call. @throws STORE_UNAVAILABLE */
  async current(signal: AbortSignal): Promise<AccessGraph> {
    const head = await this.head();
    if (!(await this.#progress.reaches(head, signal))) throw storeUnavailable('The feed is behind.');
    return this.#graph;
  }

  /** @throws RESUME_TOKEN_EXPIRED, STORE_UNAVAILABLE */
  async *changes(resumeToken: string, signal: AbortSignal): AsyncGenerator<SourceFrame<AccessChange>> {
    try {
      yield* this.#feed.changes(resumeToken, signal);
    } catch (error) {
      if (error instanceof ResumeTokenExpired) throw resumeTokenExpired(error);
      throw isAway(error) ? storeUnavailable(error) : error;
    }
  }

  /** Asked by many at once, the database answers once: to those who came before the question was sent. */
  private head(): Promise<bigint> {
    this.#nextHead ??= this.#lastHead.then(() => {
      this.#nextHead = undefined;
      const head = this.facts.head();
      this.#lastHead = head.catch(() => undefined);
      return head;
    });
    return this.#nextHead.catch((error: unknown) => {
      throw isAway(error) ? storeUnavailable(error) : error;
    });
  }

  /** Takes in every change, from a snapshot on; from another one where the history ended. */
  private async follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let next = new AccessGraph();
      try {
        for await (const frame of this.#feed.changes('', signal)) next = this.take(next, frame);
        return; // the feed was stopped
      } catch (error) {
        if (!(error instanceof ResumeTokenExpired)) this.log.error({ err: error }, 'who may do what is read anew');
      }
    }
  }

  private take(graph: AccessGraph, { items, revision, synced }: ChangeFrame<AccessChange>): AccessGraph {
    for (const change of items) graph.apply(change);
    if (synced) this.#graph = graph;
    this.#isSynced ||= synced;
    if (graph === this.#graph) this.#progress.reached(revision);
    return graph;
  }
}
