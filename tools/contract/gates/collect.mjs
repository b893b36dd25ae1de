import { lookup } from 'node:dns/promises';
import { fromBinary } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { call } from '../../kelp-contract/call.mjs';
import { readAll } from '../image.mjs';
import { registryOf } from './promises.mjs';

const METHOD = '/kelp.usage.v1.UsageService/GetContractUsage';

/**
 * Asks every instance of a service who has called it, by which version of the contract.
 * @param {{ service: string, target: string, tls: { ca: string, certificate: string, key: string } }} where `target`:
 *   `host:port`; each address of the host is asked
 * @returns {Promise<{ recorded: { from: string, to: string }, uses: import('./in-use.mjs').Use[] }>}
 */
export async function collect({ service, target, tls }, now = () => new Date()) {
  const [host, port] = [target.slice(0, target.lastIndexOf(':')), target.slice(target.lastIndexOf(':') + 1)];
  const addresses = await lookup(host.replace(/^\[|\]$/g, ''), { all: true });
  const usage = registryOf(readAll()).getMessage('kelp.usage.v1.ContractUsage');
  const read = async ({ address, family }) => {
    const at = `${family === 6 ? `[${address}]` : address}:${port}`;
    const [answer] = await call({ target: at, service, tls }, METHOD, [new Uint8Array(0)]);
    return usageOf(fromBinary(usage, answer), at);
  };
  const told = await Promise.all(addresses.map(read));
  const ours = new RegExp(`^kelp\\.${service}\\.`);
  return {
    // What an instance that is gone by now has seen is not known: the span begins with the youngest of them.
    recorded: {
      from: told
        .map(({ since }) => since)
        .sort()
        .at(-1),
      to: now().toISOString(),
    },
    uses: told
      .flatMap(({ uses }) => uses)
      .filter((use) => ours.test(use.service))
      .map(({ service: _, ...use }) => use),
  };
}

function usageOf(answer, address) {
  if (answer.unrecordedCalls > 0n) {
    throw new Error(`${address} has more callers and versions than it can record: its answer is not complete.`);
  }
  return {
    since: timestampDate(answer.recordingSinceTime).toISOString(),
    uses: answer.uses.map((use) => ({
      service: use.service,
      caller: use.caller,
      version: use.version,
      hash: use.hash,
      methods: [...use.methods],
      lastUse: timestampDate(use.lastUseTime).toISOString(),
    })),
  };
}
