import type { Event } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import type { NewDeadLetter } from '../dead-letter/dead-letter.repository.js';
import type { EventBuilder } from '../event/canonical-event.js';
import { isPlausibleTime } from '../event/plausible-time.js';
import { type DropReason, dropReason, type EarlyDropReason } from '../filter/filter.js';
import type { RuleMatch } from '../filter/filter-rules.js';
import type { KnownConnection } from '../filter/known-connection.js';
import type { TemplateTable } from '../filter/table.js';
import type { ReportedEvent, Unreadable, UnreadableElement } from '../providers/provider.js';
import type { Reservoir } from '../report/reservoir.js';

/** What becomes of the elements of one request: each is in exactly one of these. */
export interface Sorted {
  readonly kept: Event[];
  readonly dropped: Record<DropReason, number>;
  /** What the connection's own rules matched. */
  readonly matches: RuleMatch[];
  readonly deadCount: number;
  /** The first of the dead ones, enough to see what is wrong. */
  readonly dead: NewDeadLetter[];
}

/** For each reason, some of the events that were thrown away for it. */
export type DroppedSamples = Readonly<Record<EarlyDropReason, Reservoir<Event>>>;

/** So many dead letters are kept of one request: a provider that changed its format would fill the table with one. */
const DEAD_KEPT_MAX = 100;

const implausible: Unreadable = {
  kind: DeadLetterKind.SCHEMA,
  problem: 'The event happened before the year 2000, or will happen.',
};

/** Decides about every element of a verified request, and builds the events that are kept. One bad element harms no other. */
export function sortEvents(
  elements: Iterable<ReportedEvent | UnreadableElement>,
  connection: KnownConnection,
  templates: TemplateTable,
  builder: EventBuilder,
  receivedAtMs: number,
  samples?: DroppedSamples,
): Sorted {
  const kept: Event[] = [];
  const dropped: Record<DropReason, number> = { type: 0, template: 0, rule: 0 };
  const matches: RuleMatch[] = [];
  const dead: NewDeadLetter[] = [];
  let deadCount = 0;
  const bury = ({ kind, problem }: Unreadable, element: { raw(): Buffer }) => {
    deadCount++;
    if (dead.length < DEAD_KEPT_MAX) dead.push({ kind, problem, payload: element.raw() });
  };
  const sampleOf = (element: ReportedEvent) => {
    const details = element.read();
    return 'problem' in details ? undefined : builder.build(details, connection, receivedAtMs);
  };
  for (const element of elements) {
    if ('problem' in element) {
      bury(element, element);
      continue;
    }
    const reason = dropReason(element, connection, templates);
    if (reason) {
      dropped[reason]++;
      samples?.[reason].offer(() => sampleOf(element));
      continue;
    }
    const details = element.read();
    if ('problem' in details) bury(details, element);
    else if (!isPlausibleTime(details.occurredAtUs, receivedAtMs)) bury(implausible, element);
    else {
      const event = builder.build(details, connection, receivedAtMs);
      if (connection.rules.isEmpty || connection.rules.keep(event, (match) => matches.push(match))) kept.push(event);
      else dropped.rule++;
    }
  }
  return { kept, dropped, matches, deadCount, dead };
}
