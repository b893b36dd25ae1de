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

/** What a bench found out. */
export interface Outcome {
  measures: readonly Measure[];
  /** The first one is what the others are compared with. */
  contestants: readonly Contestant[];
  /** What one must know to read the numbers, in sentences. */
  notes?: readonly string[];
}

/** Something that `npm run bench` measures. */
export interface Bench {
  name: string;
  /** What it measures, in a sentence. */
  what: string;
  /** @param say shows what is going on */
  run(say: (text: string) => void): Promise<Outcome>;
}
