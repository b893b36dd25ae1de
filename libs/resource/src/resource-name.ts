import { isUuid } from './uuid.js';

/** The variable parts of a name, in the order of the pattern. */
export type NameParts<Pattern extends string> = Pattern extends `${string}{${infer Part}}${infer Rest}`
  ? { readonly [K in Part]: string } & NameParts<Rest>
  : unknown;

/** One kind of resource name (AIP-122), such as `organizations/{organization}/connections/{connection}`. */
export interface NamePattern<Pattern extends string> {
  readonly pattern: Pattern;
  /** The name that these parts make. */
  format(parts: NameParts<Pattern>): string;
  /** The parts of a name; undefined where it is not of this kind. */
  parse(name: string): NameParts<Pattern> | undefined;
}

/**
 * Reads and writes one kind of resource name. Every part in braces is a UUID, except `version`, a number from 1.
 *
 *     const connectionName = namePattern('organizations/{organization}/connections/{connection}');
 *     connectionName.parse(name)?.connection
 */
export function namePattern<Pattern extends string>(pattern: Pattern): NamePattern<Pattern> {
  const segments = pattern.split('/').map((text) => ({ text, part: /^\{(.+)\}$/.exec(text)?.[1] }));
  const isValid = (part: string, value: string) => (part === 'version' ? isVersion(value) : isUuid(value));
  return {
    pattern,
    format: (parts) =>
      segments.map(({ text, part }) => (part ? (parts as Record<string, string>)[part] : text)).join('/'),
    parse: (name) => {
      const values = name.split('/');
      if (values.length !== segments.length) return undefined;
      const parts: Record<string, string> = {};
      for (const [index, { text, part }] of segments.entries()) {
        const value = values[index]!;
        if (part ? !isValid(part, value) : value !== text) return undefined;
        if (part) parts[part] = value;
      }
      return parts as NameParts<Pattern>;
    },
  };
}

const isVersion = (value: string) => /^[1-9]\d{0,8}$/.test(value);
