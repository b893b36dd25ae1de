import { join } from 'node:path';
import { ConfigError, loadConfig } from '@kelp/config';
import { connect } from '@kelp/rpc';
import { Code, StatusError } from '@kelp/status';
import { tlsFilesIn } from '@kelp/testing';
import { commandIn, type Found, usageOf } from './arguments.js';
import { ArgumentError, clientsOf } from './command.js';
import { commands } from './commands.js';
import { settings } from './config.js';

const usage = `What operators do, against a running Kelp, with the developer's certificate.

${commands.map(usageOf).join('\n')}

Environment: KELP_FOLDER (.kelp) and ACCOUNT_PORT (50051), as for npm start; ACCOUNT_ADDRESS for another machine.`;

/** @returns the exit code */
async function run({ command, given }: Found): Promise<number> {
  const { folder, address, port } = loadConfig(settings);
  const target = address || `127.0.0.1:${port}`;
  const channel = connect({ target, service: 'account', tls: tlsFilesIn(join(folder, 'certs'), 'developer') });
  try {
    const { text, failed } = await command.run(clientsOf(channel), given);
    if (text) console.log(text);
    return failed ? 1 : 0;
  } catch (error) {
    if (error instanceof StatusError && error.code === Code.UNAVAILABLE && !error.reason)
      throw new ArgumentError(`Nobody answers at ${target}. Is Kelp up? npm start starts it.`);
    throw error;
  } finally {
    channel.close();
  }
}

/** What a person can mend, in sentences. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof ArgumentError || error instanceof ConfigError) return error.message;
  if (error instanceof StatusError) {
    const fields = error.violations.map(({ field, description }) => `\n  ${field}: ${description}`);
    return `${error.message}${error.reason ? ` (${error.reason})` : ''}${fields.join('')}`;
  }
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return `There are no certificates: ${(error as Error).message}. npm start makes them; KELP_FOLDER says where.`;
  return undefined;
}

try {
  const found = commandIn(commands, process.argv.slice(2));
  if (found) process.exitCode = await run(found);
  else console.log(usage);
} catch (error) {
  console.error(problemOf(error) ?? error);
  process.exitCode = error instanceof ArgumentError ? 2 : 1;
}
