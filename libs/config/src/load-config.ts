/** One setting: its environment variable, what it means, and how its text becomes a value. */
export interface Setting<T> {
  readonly variable: string;
  readonly meaning: string;
  /** Used where the variable is not set or empty; a setting without one is required. */
  readonly fallback?: T;
  /** Throws an Error whose message completes "VARIABLE must be …". */
  parse(text: string): T;
}

/** All that is wrong with the environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

const must = (condition: boolean, what: string): void => {
  if (!condition) throw new Error(what);
};

type Options<T> = { fallback?: T };

const define =
  <T, A extends unknown[]>(parse: (text: string, ...args: A) => T) =>
  (variable: string, meaning: string, options: Options<T> = {}, ...args: A): Setting<T> => ({
    variable,
    meaning,
    ...options,
    parse: (text) => parse(text, ...args),
  });

/** The kinds of setting. */
export const setting = {
  text: define((text) => text),
  /** A whole number, from `min` (0) to `max`. */
  integer: define((text, min: number = 0, max: number = Number.MAX_SAFE_INTEGER) => {
    const value = Number(text);
    must(
      /^-?\d+$/.test(text) && value >= min && value <= max,
      `a whole number from ${min} to ${max}, and is "${text}"`,
    );
    return value;
  }),
  /** `true` or `false`. */
  flag: define((text) => {
    must(text === 'true' || text === 'false', `true or false, and is "${text}"`);
    return text === 'true';
  }),
  /** `host:port`, to listen on. */
  address: define((text) => {
    must(/^.+:\d{1,5}$/.test(text), `host:port, and is "${text}"`);
    return text;
  }),
  /** A URL with one of the given protocols, such as `postgresql:`. */
  url: define((text, protocols: readonly string[] = []) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    must(
      url !== undefined && (protocols.length === 0 || protocols.includes(url.protocol)),
      `a URL${protocols.length ? ` that starts with ${protocols.map((p) => `${p}//`).join(' or ')}` : ''}`,
    );
    return text;
  }),
  /** Words, separated by commas. */
  list: define((text) =>
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
  /** One of some words. */
  choice: define((text, choices: readonly string[] = []) => {
    must(choices.includes(text), `one of ${choices.join(', ')}, and is "${text}"`);
    return text;
  }),
};

/** Settings by name, nested as one likes. */
export interface Schema {
  readonly [key: string]: Setting<unknown> | Schema;
}

/** The values of a schema, in its shape. */
export type Loaded<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : Loaded<S[K]> };

const isSetting = (value: Setting<unknown> | Schema): value is Setting<unknown> => typeof value.parse === 'function';

/**
 * Reads the settings of a schema from the environment. The value has the schema's shape and is frozen.
 * @throws ConfigError that names every problem
 */
export function loadConfig<S extends Schema>(schema: S, env: NodeJS.ProcessEnv = process.env): Loaded<S> {
  const problems: string[] = [];
  const read = ({ variable, meaning, fallback, parse }: Setting<unknown>): unknown => {
    const text = env[variable];
    if (text === undefined || text === '') {
      if (fallback === undefined) problems.push(`${variable} is not set: ${meaning}`);
      return fallback;
    }
    try {
      return parse(text);
    } catch (error) {
      problems.push(`${variable} must be ${(error as Error).message}: ${meaning}`);
      return undefined;
    }
  };
  const load = (part: Schema): object =>
    Object.freeze(
      Object.fromEntries(
        Object.entries(part).map(([key, value]) => [key, isSetting(value) ? read(value) : load(value)]),
      ),
    );
  const loaded = load(schema) as Loaded<S>;
  if (problems.length > 0) throw new ConfigError(problems);
  return loaded;
}

/** All settings of a schema as an env file: what each means, and what it is where it is not set. */
export function envFileOf(schema: Schema): string {
  const settings = (part: Schema): Setting<unknown>[] =>
    Object.values(part).flatMap((value) => (isSetting(value) ? [value] : settings(value)));
  const entries = settings(schema).map(({ variable, meaning, fallback }) =>
    fallback === undefined ? `# ${meaning} Required.\n${variable}=` : `# ${meaning}\n# ${variable}=${String(fallback)}`,
  );
  return `${[...new Set(entries)].join('\n\n')}\n`;
}
