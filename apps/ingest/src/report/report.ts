import type { Event } from '@kelp/contract-event';
import type { Report as ReportMessage } from '@kelp/contract-ingest';
import { Injectable } from '@nestjs/common';
import type { DropReason } from '../filter/filter.js';
import { metrics } from './metrics.js';
import { Reservoir } from './reservoir.js';
import { RiskClock } from './risk-clock.js';

/** How many of the events that a rule threw away are kept to be looked at. */
const SAMPLES_MAX = 10;

/** What became of the events of one request. */
export interface EventCounts {
  readonly kept: { readonly length: number };
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly deadCount: number;
}

/** The part of the report that is counted here. */
export type Counted = Pick<
  ReportMessage,
  'requests' | 'eventsReceived' | 'eventsDropped' | 'eventsKept' | 'eventsDead' | 'eventsForwarded'
>;

class Counters {
  readonly requests = new Map<string, number>();
  readonly dropped: Record<DropReason, number> = { type: 0, template: 0 };
  kept = 0;
  dead = 0;
  forwarded = 0;

  read(): Counted {
    const { type, template } = this.dropped;
    return {
      requests: Object.fromEntries([...this.requests].map(([outcome, count]) => [outcome, BigInt(count)])),
      eventsReceived: BigInt(this.kept + type + template + this.dead),
      eventsDropped: { type: BigInt(type), template: BigInt(template) },
      eventsKept: BigInt(this.kept),
      eventsDead: BigInt(this.dead),
      eventsForwarded: BigInt(this.forwarded),
    };
  }
}

/** Counts what became of webhooks since this process started: every request, and every event of the accepted ones. */
@Injectable()
export class Report {
  readonly startTime = new Date();
  readonly risks = new RiskClock();
  readonly #all = new Counters();
  /** By the connection's UUID. Only of connections that exist or did, so nobody outside can make it grow. */
  readonly #connections = new Map<string, Counters>();
  readonly #samples = new Map<string, Readonly<Record<DropReason, Reservoir<Event>>>>();

  /** @param connectionId absent where none was matched */
  request(outcome: string, seconds: number, connectionId?: string): void {
    metrics.requests.inc({ outcome });
    metrics.requestSeconds.observe({ outcome }, seconds);
    for (const { requests } of this.countersOf(connectionId)) requests.set(outcome, (requests.get(outcome) ?? 0) + 1);
  }

  events(connectionId: string, { kept, dropped, deadCount }: EventCounts): void {
    const { type, template } = dropped;
    metrics.received.inc(kept.length + type + template + deadCount);
    if (type > 0) metrics.dropped.inc({ reason: 'type' }, type);
    if (template > 0) metrics.dropped.inc({ reason: 'template' }, template);
    if (kept.length > 0) metrics.kept.inc(kept.length);
    if (deadCount > 0) metrics.dead.inc(deadCount);
    for (const counters of this.countersOf(connectionId)) {
      counters.dropped.type += type;
      counters.dropped.template += template;
      counters.kept += kept.length;
      counters.dead += deadCount;
    }
  }

  forwarded(connectionId: string, events: number): void {
    metrics.forwarded.inc(events);
    for (const counters of this.countersOf(connectionId)) counters.forwarded += events;
  }

  /** Takes samples of what the connection's filter throws away. */
  samples(connectionId: string): Readonly<Record<DropReason, Reservoir<Event>>> {
    let samples = this.#samples.get(connectionId);
    if (!samples) {
      samples = { type: new Reservoir(SAMPLES_MAX), template: new Reservoir(SAMPLES_MAX) };
      this.#samples.set(connectionId, samples);
    }
    return samples;
  }

  /** What the connection's filter has thrown away, by rule. */
  dropped(connectionId: string): { rule: string; dropped: bigint; samples: Event[] }[] {
    return Object.entries(this.#samples.get(connectionId) ?? {})
      .filter(([, { offered }]) => offered > 0)
      .map(([rule, { offered, samples }]) => ({ rule, dropped: BigInt(offered), samples: [...samples] }));
  }

  /** @param connectionId of one connection; of all together where absent */
  read(connectionId?: string): Counted {
    const counters = connectionId === undefined ? this.#all : this.#connections.get(connectionId);
    return (counters ?? new Counters()).read();
  }

  private countersOf(connectionId: string | undefined): Counters[] {
    if (connectionId === undefined) return [this.#all];
    let own = this.#connections.get(connectionId);
    if (!own) {
      own = new Counters();
      this.#connections.set(connectionId, own);
    }
    return [this.#all, own];
  }
}
