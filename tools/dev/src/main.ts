import { ConfigError, loadConfig } from '@kelp/config';
import { clientsOf, RunFailed, seed, signingKeyIn } from '@kelp/demo';
import { AlreadyRunning, type Ports, PortsInUse, ProgramFailed, Stack } from '@kelp/stack';
import { Terminal } from '@kelp/terminal';
import { ArgumentError, type Arguments, readArguments, usage } from './arguments.js';
import { settings } from './config.js';
import { demoRun } from './demo-run.js';
import { nextSteps, SampleRequest } from './next-steps.js';

/** What a person can mend: told in a sentence, without a stack. */
class Problem extends Error {}

const terminal = new Terminal();
const stopping = new AbortController();

/** npm passes on to us what the terminal has sent us already: one Ctrl-C comes twice. */
const SAME_SIGNAL_MS = 500;
let firstSignalAt: number | undefined;

/** The first Ctrl-C ends everything in order, another one waits for nothing. So does a terminal that is closed. */
process.stdout.on('error', () => stopping.abort());
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    firstSignalAt ??= performance.now();
    if (signal === 'SIGINT' && performance.now() - firstSignalAt > SAME_SIGNAL_MS) process.exit(130);
    stopping.abort();
  });
}

/** Which ports, and what to do about them. */
function portsProblem(names: readonly (keyof Ports)[], ports: Ports): Problem {
  const lines = names.map((name) => {
    const { variable, meaning } = settings.ports[name];
    return `  ${ports[name]}: ${meaning} Another one: ${variable}=${ports[name] + 1000} npm start`;
  });
  return new Problem(`Something else listens on ports that Kelp needs:\n${lines.join('\n')}`);
}

/** @returns the exit code */
async function main({ noDemo, once, events }: Arguments): Promise<number> {
  const { folder, ports, postgresUrl, queueUrl } = loadConfig(settings);
  const stack = await Stack.start({
    folder,
    ports,
    env: process.env,
    queueUrl,
    ...(postgresUrl && { postgresUrl }),
    onProgress: (what) => terminal.say(what),
    onTrouble: (sentence) => terminal.say(sentence),
    signal: stopping.signal,
  }).catch((error: unknown) => {
    throw error instanceof PortsInUse ? portsProblem(error.names, ports) : error;
  });
  let isRight = true;
  let request: SampleRequest | undefined;
  try {
    const clients = clientsOf(stack);
    const key = signingKeyIn(stack.path('demo', 'sendgrid.key'));
    const demo = await seed(clients, key);
    const { signal } = stopping;
    if (!noDemo) isRight = await demoRun({ stack, clients, demo, key, events, terminal, signal });
    if (!once) {
      request = new SampleRequest(stack, demo, key);
      terminal.say(nextSteps(stack, demo, request));
      await aborted(signal);
    }
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    request?.close();
    terminal.say('\nStopping …');
    await stack.stop();
  }
  return once && !isRight ? 1 : 0;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

const isForeseen = (error: unknown): error is Error =>
  [Problem, ArgumentError, ConfigError, AlreadyRunning, ProgramFailed, RunFailed].some((kind) => error instanceof kind);

try {
  const args = readArguments(process.argv.slice(2));
  if (args.help) console.log(usage);
  else process.exitCode = await main(args);
} catch (error) {
  if (!stopping.signal.aborted) console.error(isForeseen(error) ? error.message : error);
  process.exitCode = stopping.signal.aborted ? 0 : 1;
}
process.exit();
