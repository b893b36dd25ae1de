/** One number that is measured of every contestant. */
export interface Measure {
  name: string;
  /** Such as `events/s` or `ms`. */
  unit: string;
}

/** What was measured of one contestant, by the name of the measure. */
export interface Contestant {
  name: string;
  values: Readonly<Record<string, number>>;
}

/** What a bench found out, in numbers. */
export interface Outcome {
  /** Tells it apart where a bench finds out several things. */
  title?: string;
  measures: readonly Measure[];
  contestants: readonly Contestant[];
  /** The names of those whom all are compared with: the first one, unless said otherwise. */
  references?: readonly string[];
  /** What one must know to read the numbers, in sentences. */
  notes?: readonly string[];
}

/** What a bench found out, in words: a table as it is shown. */
export interface Findings {
  title: string;
  heading: readonly string[];
  rows: readonly (readonly string[])[];
  notes?: readonly string[];
}

/** What may be said on the command line. */
export interface BenchOptions {
  /** Over how many events: a bench has a default of its own. */
  events?: number;
}

/** Something that `npm run bench` measures. */
export interface Bench {
  name: string;
  /** What it measures, in a sentence. */
  what: string;
  /** @param say shows what is going on */
  run(say: (text: string) => void, options: BenchOptions): Promise<Outcome | readonly (Outcome | Findings)[]>;
}
