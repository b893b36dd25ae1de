import { parseArgs } from 'node:util';
import { ArgumentError, type Command, type Given } from './command.js';

/** A command that was found, and what came behind it. */
export interface Found {
  readonly command: Command;
  readonly given: Given;
}

/** How a command is written, with its options. */
export function usageOf({ words, takes, options = {}, does }: Command): string {
  const lines = Object.entries(options).map(
    ([name, { value, means }]) => `      --${name}${value ? ` <${value}>` : ''}: ${means}`,
  );
  return [`  npm run kelp -- ${[words, ...takes].join(' ')}`, `      ${does}`, ...lines].join('\n');
}

/**
 * Which command the arguments mean. Undefined where they ask for help.
 * @throws ArgumentError
 */
export function commandIn(commands: readonly Command[], args: readonly string[]): Found | undefined {
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) return undefined;
  const command = commands.find(({ words }) => words.split(' ').every((word, index) => args[index] === word));
  if (!command) throw new ArgumentError(`"${args.join(' ')}" is no command: npm run kelp -- --help names them.`);
  const { positionals, values } = parse(command, args.slice(command.words.split(' ').length));
  if (positionals.length !== command.takes.length || positionals.some((value) => value === ''))
    throw new ArgumentError(`It takes ${command.takes.join(' ') || 'nothing'}:\n${usageOf(command)}`);
  return { command, given: { values: positionals, options: values } };
}

function parse({ options = {} }: Command, args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        Object.entries(options).map(([name, { value }]) => [name, { type: value ? 'string' : 'boolean' } as const]),
      ),
    });
  } catch (error) {
    throw new ArgumentError((error as Error).message);
  }
}
