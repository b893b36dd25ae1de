import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { load } from './load.js';
import type { Caller, Served } from './peer.js';
import { peers } from './peers.js';
import type { Question, Settings, Usage } from './settings.js';

const TEXT = 'organizations/01932c5e-7a10-7000-8000-000000000001';
const ANSWERS = 3;

/** A process of a contestant: serves or calls, until its standard input ends. */
export async function main(settings: Settings): Promise<void> {
  const say = (answer: unknown) => writeSync(ANSWERS, `${JSON.stringify(answer)}\n`);
  const peer = await peers[settings.peer]!();
  const served = settings.address === undefined ? await peer.serve(settings) : undefined;
  const caller = settings.address === undefined ? undefined : peer.connect?.(settings, settings.address);
  say({ address: served?.address ?? settings.address });
  for await (const line of createInterface(process.stdin)) {
    const question = JSON.parse(line) as Question;
    say(await answer(question, served, caller));
  }
  process.exit();
}

function answer(question: Question, served?: Served, caller?: Caller) {
  switch (question.ask) {
    case 'calls':
      return load(question.inFlight, question.ms, () => caller!.call(TEXT));
    case 'append':
      return load(question.inFlight, question.ms, caller!.appender!(question.batch));
    case 'usage':
      if (question.inUse) globalThis.gc?.();
      return usage(served);
    case 'close':
      return shutDown(served);
  }
}

function usage(served: Served | undefined): Usage {
  const { user, system } = process.cpuUsage();
  const { heapUsed, external } = process.memoryUsage();
  return { cpuUs: user + system, heapBytes: heapUsed + external, counts: served?.counts?.() ?? {} };
}

async function shutDown(served: Served | undefined): Promise<{ ms: number }> {
  const startedAt = performance.now();
  await served?.close?.();
  return { ms: performance.now() - startedAt };
}
