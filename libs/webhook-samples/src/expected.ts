import { EventType } from '@kelp/contract-event';

/** What a sample is about, as its maker knows it: no parser was asked. */
export interface SampleTruth {
  /** Its canonical type. */
  readonly type: EventType;
  /** The template of the mail, a UUID; absent where the mail was not sent from one. */
  readonly template?: string;
  /** The template's version. */
  readonly version?: number;
}

/** What a connection is told to keep. */
export interface ExpectedFilter {
  /** All of them where empty. */
  readonly acceptedTypes: readonly EventType[];
  /** The templates that exist; absent where mail of no template is kept as well. */
  readonly knownTemplates?: readonly string[];
}

/** How many events of one template, version and type there are. */
export interface ExpectedCount {
  /** Empty where the mail was not sent from a template. */
  template: string;
  /** 0 where the mail was not sent from a template. */
  version: number;
  type: EventType;
  count: number;
}

/**
 * Keeps account of what should become of the events that were posted.
 *
 *     const expected = new Expectation({ acceptedTypes: [EventType.DELIVERED], knownTemplates: [template] });
 *     for (const batch of sendgridTraffic(…)) { await post(batch); expected.add(batch.samples); }
 *     expected.kept // and expected.counts()
 */
export class Expectation {
  /** Events that were posted. */
  received = 0;
  /** Events that should be stored, each once. */
  kept = 0;
  /** Events that should be thrown away, by the first rule that says so, as in the report of `ingest`. */
  readonly dropped = { type: 0, template: 0 };
  readonly #types: ReadonlySet<EventType>;
  readonly #templates?: ReadonlySet<string>;
  readonly #counts = new Map<string, ExpectedCount>();

  constructor({ acceptedTypes, knownTemplates }: ExpectedFilter) {
    this.#types = new Set(acceptedTypes);
    if (knownTemplates) this.#templates = new Set(knownTemplates);
  }

  add(samples: Iterable<SampleTruth>): void {
    for (const sample of samples) {
      this.received++;
      const { type, template = '', version = 0 } = sample;
      if (this.#types.size > 0 && !this.#types.has(type)) this.dropped.type++;
      else if (this.#templates && !this.#templates.has(template)) this.dropped.template++;
      else this.#keep({ template, version, type, count: 0 });
    }
  }

  /** The events that should be stored, by template, version and type, in that order. */
  counts(): ExpectedCount[] {
    return [...this.#counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => ({ ...count }));
  }

  #keep(none: ExpectedCount): void {
    this.kept++;
    const key = `${none.template} ${String(none.version).padStart(9, '0')} ${String(none.type).padStart(2, '0')}`;
    const count = this.#counts.get(key) ?? none;
    count.count++;
    this.#counts.set(key, count);
  }
}
