import type { Event } from '@kelp/contract-event';
import type { Report as ReportMessage } from '@kelp/contract-ingest';
import { Injectable } from '@nestjs/common';
import type { DropReason, EarlyDropReason } from '../filter/filter.js';
import type { RuleMatch } from '../filter/filter-rules.js';
import { metrics } from './metrics.js';
import { Reservoir } from './reservoir.js';
import { RiskClock } from './risk-clock.js';

/** How many of the events that a rule threw away are kept to be looked at. */
const SAMPLES_MAX = 10;

/** How many rules of a connection are counted, those that are gone included. */
const RULES_MAX = 200;

/** What became of the events of one request. */
export interface EventCounts {
  readonly kept: { readonly length: number };
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly matches: readonly RuleMatch[];
  readonly deadCount: number;
}

/** What one of a connection's own rules matched. */
class RuleCounter {
  dropped = 0;
  readonly matched = new Reservoir<Event>(SAMPLES_MAX);
}

/** What a rule has thrown away, or would throw away. */
export interface RuleCount {
  readonly rule: string;
  readonly dropped: bigint;
  readonly matched: bigint;
  readonly samples: Event[];
}

/** The part of the report that is counted here. */
export type Counted = Pick<
  ReportMessage,
  'requests' | 'eventsReceived' | 'eventsDropped' | 'eventsKept' | 'eventsDead' | 'eventsForwarded'
>;

class Counters {
  readonly requests = new Map<string, number>();
  readonly dropped: Record<DropReason, number> = { type: 0, template: 0, rule: 0 };
  kept = 0;
  dead = 0;
  forwarded = 0;

  read(): Counted {
    const { type, template, rule } = this.dropped;
    return {
      requests: Object.fromEntries([...this.requests].map(([outcome, count]) => [outcome, BigInt(count)])),
      eventsReceived: BigInt(this.kept + type + template + rule + this.dead),
      eventsDropped: { type: BigInt(type), template: BigInt(template), rule: BigInt(rule) },
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
  readonly #samples = new Map<string, Readonly<Record<EarlyDropReason, Reservoir<Event>>>>();
  /** By the connection's UUID, then by the rule's id. Rules that are gone keep what they counted. */
  readonly #rules = new Map<string, Map<string, RuleCounter>>();

  /** @param connectionId absent where none was matched */
  request(outcome: string, seconds: number, connectionId?: string): void {
    metrics.requests.inc({ outcome });
    metrics.requestSeconds.observe({ outcome }, seconds);
    for (const { requests } of this.countersOf(connectionId)) requests.set(outcome, (requests.get(outcome) ?? 0) + 1);
  }

  events(connectionId: string, { kept, dropped, matches, deadCount }: EventCounts): void {
    const { type, template, rule } = dropped;
    metrics.received.inc(kept.length + type + template + rule + deadCount);
    if (type > 0) metrics.dropped.inc({ reason: 'type' }, type);
    if (template > 0) metrics.dropped.inc({ reason: 'template' }, template);
    if (rule > 0) metrics.dropped.inc({ reason: 'rule' }, rule);
    for (const match of matches) this.match(connectionId, match);
    if (kept.length > 0) metrics.kept.inc(kept.length);
    if (deadCount > 0) metrics.dead.inc(deadCount);
    for (const counters of this.countersOf(connectionId)) {
      counters.dropped.type += type;
      counters.dropped.template += template;
      counters.dropped.rule += rule;
      counters.kept += kept.length;
      counters.dead += deadCount;
    }
  }

  forwarded(connectionId: string, events: number): void {
    metrics.forwarded.inc(events);
    for (const counters of this.countersOf(connectionId)) counters.forwarded += events;
  }

  /** Takes samples of what the connection's filter throws away. */
  samples(connectionId: string): Readonly<Record<EarlyDropReason, Reservoir<Event>>> {
    let samples = this.#samples.get(connectionId);
    if (!samples) {
      samples = { type: new Reservoir(SAMPLES_MAX), template: new Reservoir(SAMPLES_MAX) };
      this.#samples.set(connectionId, samples);
    }
    return samples;
  }

  /** What the connection's filter has thrown away, by rule. */
  dropped(connectionId: string): RuleCount[] {
    const early = Object.entries(this.#samples.get(connectionId) ?? {})
      .filter(([, { offered }]) => offered > 0)
      .map(([rule, { offered, samples }]) => ({ rule, dropped: offered, matched: offered, samples }));
    const own = Array.from(this.#rules.get(connectionId) ?? [], ([rule, { dropped, matched }]) => {
      return { rule: `rules/${rule}`, dropped, matched: matched.offered, samples: matched.samples };
    });
    return [...early, ...own].map(({ rule, dropped, matched, samples }) => {
      return { rule, dropped: BigInt(dropped), matched: BigInt(matched), samples: [...samples] };
    });
  }

  private match(connectionId: string, { rule, event, dropped }: RuleMatch): void {
    const rules = this.#rules.get(connectionId) ?? new Map<string, RuleCounter>();
    this.#rules.set(connectionId, rules);
    if (rules.size >= RULES_MAX && !rules.has(rule)) return;
    const counter = rules.get(rule) ?? new RuleCounter();
    rules.set(rule, counter);
    if (dropped) counter.dropped++;
    counter.matched.offer(() => event);
    metrics.matched.inc({ dropped: String(dropped) });
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
