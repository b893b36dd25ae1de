import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ConfigError, loadConfig } from '@kelp/config';
import { AccountContract } from '@kelp/contract-account';
import { client, connect } from '@kelp/rpc';
import { Code, StatusError } from '@kelp/status';
import { tlsFilesIn } from '@kelp/testing';
import { sampleMessage, sampleProviders } from '@kelp/webhook-samples';
import { ArgumentError, type Arguments, readArguments, usage } from './arguments.js';
import { settings } from './config.js';
import { findConnection, proofOf } from './given-connection.js';
import { ownConnection } from './own-connection.js';
import { post } from './post.js';
import { Problem } from './problem.js';
import { type OwnConnection, readOwn } from './proof-file.js';

/** The connection to post to, and what signs for it. */
async function connectionOf(args: Arguments, folder: string, accountPort: number): Promise<OwnConnection> {
  const { provider, to, secret, keyFile } = args;
  const tls = tlsFilesIn(join(folder, 'certs'), 'developer');
  if (!existsSync(tls.certificate)) {
    throw new Problem(
      `There are no certificates in ${relative('.', join(folder, 'certs'))}: has Kelp run (npm start)?`,
    );
  }
  const fileOf = (path: string) => join(folder, 'webhooks', `${path}.json`);
  const channel = connect({ target: `127.0.0.1:${accountPort}`, service: 'account', tls });
  try {
    const accounts = client(AccountContract, channel);
    if (to === '') return await ownConnection(accounts, provider, fileOf(provider.path));
    const connection = await findConnection(accounts, provider, to);
    const own = sampleProviders.map(({ path }) => readOwn(fileOf(path))).find((each) => each?.name === connection.name);
    if (own && secret === '' && keyFile === '') return own;
    const keyFiles = { named: keyFile, known: [join(folder, 'demo', 'sendgrid.key')] };
    return { name: connection.name, proof: proofOf(connection, secret, keyFiles) };
  } finally {
    channel.close();
  }
}

/** @returns the exit code: 1 where something was refused */
async function main(args: Arguments): Promise<number> {
  const config = loadConfig(settings);
  const { provider, kind, recipient, template, version, count } = args;
  const { name, proof } = await connectionOf(args, resolve(config.folder), config.ports.account);
  const url = `http://127.0.0.1:${config.ports.webhooks}/v1/webhooks/${provider.path}/${name.split('/').at(-1)}`;
  console.log(`POST ${url}`);
  const custom: Record<string, string> = template === '' ? {} : { kelp_template: template, kelp_version: version };
  let isRefused = false;
  for (let left = count; left > 0; left -= provider.batchMax) {
    const events = Array.from({ length: Math.min(left, provider.batchMax) }, () =>
      provider.event(kind, sampleMessage({ recipient, custom })),
    );
    const request = provider.request(events, proof, url, new Date());
    for (let time = args.twice ? 2 : 1; time > 0; time--) {
      const { status, line } = await post(request, args.to === '' && left === count);
      console.log(`${events.length} × ${kind}: ${status} ${line}`);
      isRefused ||= status >= 300;
    }
  }
  return isRefused ? 1 : 0;
}

/** What went wrong, as far as a person can mend it; undefined where it is a mistake of ours. */
function foreseen(error: unknown): string | undefined {
  if (error instanceof ArgumentError) return `${error.message}\n\nnpm run webhook -- --help tells more.`;
  if (error instanceof Problem || error instanceof ConfigError) return error.message;
  if (error instanceof StatusError && error.code === Code.UNAVAILABLE) {
    return 'Nobody answers at the port of account: does Kelp run (npm start)?';
  }
  if (error instanceof StatusError) return `account says: ${error.message}`;
  return undefined;
}

try {
  const args = readArguments(process.argv.slice(2));
  if (args) process.exitCode = await main(args);
  else console.log(usage);
} catch (error) {
  console.error(foreseen(error) ?? error);
  process.exitCode = error instanceof ArgumentError ? 2 : 1;
}
process.exit();
