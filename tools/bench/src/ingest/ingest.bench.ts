import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bench, Outcome } from '../bench.js';
import { type Target, targets } from '../rpc/targets.js';
import { inAlternation } from '../statistics.js';
import { DJANGO_FOLDER, GO_SERVER, NODE_SERVER } from './folders.js';
import { post } from './load.js';
import { canPin, has, ServerProcess, stepAside } from './server-process.js';
import { makeRequests, makeTask, type Requests, sizeTitle } from './work.js';

const ROUNDS = 5;
const MS = 600;
const WARM_UP_MS = 1_500;
const CONNECTIONS = 64;

const [GO, DJANGO, FASTIFY, KELP] = ['Go net/http', 'Django + gunicorn', 'Fastify', 'Kelp'] as const;

/** What Python does with a webhook: a master, and one worker with threads, as there is one core. */
const GUNICORN = ['gunicorn', '--workers', '1', '--threads', '8', '--keep-alive', '75', '--log-level', 'error'];

const title = (events: number, verify: boolean) =>
  `${sizeTitle(events)}, ${verify ? 'signature verified' : 'no signature'}`;

const TARGETS: readonly Target[] = [
  { of: KELP, to: GO, in: title(1, false), atLeast: 1 },
  { of: KELP, to: GO, in: title(20, false), atLeast: 2 },
  { of: KELP, to: GO, in: title(200, false), atLeast: 2.8 },
  { of: KELP, to: DJANGO, in: title(1, false), atLeast: 9 },
  { of: KELP, to: DJANGO, in: title(20, false), atLeast: 5 },
  { of: KELP, to: DJANGO, in: title(200, false), atLeast: 2.5 },
];

/** The edge beside other servers that do the same. */
export const ingest: Bench = {
  name: 'ingest',
  what: 'webhooks of 1, 20 and 200 events: verify, parse, keep 5 %, normalise, hand over; one core for the server',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
    const notes: string[] = [];
    try {
      stepAside();
      const go = buildGo(join(folder, 'server'), notes);
      const outcomes: Outcome[] = [];
      for (const verify of [false, true]) outcomes.push(...(await contest(verify, go, folder, notes, say)));
      return [
        ...outcomes,
        targets(TARGETS, outcomes, [
          ...new Set(notes),
          canPin
            ? 'Each server has one core, and the sender the others.'
            : 'Nothing could be bound to a core here: no taskset, or one core.',
          'The rate is per second of processor time of the server, so that whatever else the machine does does not count.',
          'What is handed over is dropped: no queue is measured here. See the bench `pipeline` for everything together.',
        ]),
      ];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** @returns the program; undefined, with a note, where there is no Go */
function buildGo(program: string, notes: string[]): string | undefined {
  if (!has('go')) {
    notes.push('Go is left out: it takes the Debian package golang-go.');
    return undefined;
  }
  const env = { ...process.env, GO111MODULE: 'off', GOFLAGS: '', CGO_ENABLED: '0', GOCACHE: `${program}-cache` };
  execFileSync('go', ['build', '-o', program, GO_SERVER], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  return program;
}

/** @returns how to start Django; undefined, with a note, where it is missing */
function djangoCommand(folder: string, verify: boolean, notes: string[]): readonly string[] | undefined {
  const python = '/usr/bin/python3'; // Debian's own, which has Debian's packages
  try {
    const modules = ['django', 'gunicorn', ...(verify ? ['cryptography'] : [])];
    execFileSync(python, ['-c', modules.map((module) => `import ${module}`).join(';')], { stdio: 'ignore' });
  } catch {
    notes.push('Django is left out: it takes the Debian packages python3-django, gunicorn and python3-cryptography.');
    return undefined;
  }
  return [python, join(DJANGO_FOLDER, 'serve.py'), folder, ...GUNICORN];
}

async function contest(
  verify: boolean,
  go: string | undefined,
  folder: string,
  notes: string[],
  say: (text: string) => void,
) {
  const work = makeTask(verify);
  const { task } = work;
  const requests = makeRequests(work);
  const django = djangoCommand(folder, verify, notes);
  const node = [process.execPath, NODE_SERVER];
  const commands: [string, readonly string[]][] = [
    ...(go ? [[GO, [go]] as [string, string[]]] : []),
    ...(django ? [[DJANGO, django] as [string, readonly string[]]] : []),
    [FASTIFY, [...node, 'fastify']],
    [KELP, [...node, 'kelp']],
  ];
  const servers: ServerProcess[] = [];
  try {
    for (const [name, command] of commands) {
      say(`${name}: starting`);
      const env = { GOMAXPROCS: '1' };
      const server = await ServerProcess.start(name, command, task, env);
      servers.push(server);
      for (const size of requests) await measured(server, size, WARM_UP_MS);
    }
    let round = 0;
    const turns = servers.map((server, index) => {
      const turn = async () => {
        if (index === 0) say(`${verify ? 'with' : 'without'} signatures, round ${++round} of ${ROUNDS}`);
        const values: Record<string, number> = {};
        for (const size of requests) Object.assign(values, await measured(server, size, MS));
        return values;
      };
      return [server.name, turn] as const;
    });
    const contestants = await inAlternation(ROUNDS, Object.fromEntries(turns));
    return requests.map(({ eventsEach }) => outcomeOf(eventsEach, verify, go ? [GO] : [], contestants));
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** @throws where the server has not kept exactly what is to be kept */
async function measured(server: ServerProcess, size: Requests, ms: number): Promise<Record<string, number>> {
  const [before, cpuBefore] = [await server.counted(), server.cpuUs];
  const { requests, ms: took } = await post(server.port, size.wire, CONNECTIONS, ms);
  const [after, cpuAfter] = [await server.counted(), server.cpuUs];
  const [received, kept] = [after.received - before.received, after.kept - before.kept];
  const rounds = requests / size.wire.length;
  if (received !== requests * size.eventsEach || kept !== rounds * size.kept) {
    throw new Error(
      `${server.name} kept ${kept} of ${received} events, not ${rounds * size.kept} of ${requests * size.eventsEach}.`,
    );
  }
  const events = requests * size.eventsEach;
  return {
    [`${size.eventsEach} rate`]: (events / (cpuAfter - cpuBefore)) * 1e6,
    [`${size.eventsEach} CPU`]: (cpuAfter - cpuBefore) / events,
    [`${size.eventsEach} throughput`]: events / (took / 1_000),
  };
}

const outcomeOf = (
  eventsEach: number,
  verify: boolean,
  references: readonly string[],
  contestants: readonly { name: string; values: Readonly<Record<string, number>> }[],
): Outcome => ({
  title: title(eventsEach, verify),
  measures: [
    { name: 'rate', unit: 'events/CPU-s' },
    { name: 'CPU', unit: 'µs/event' },
    { name: 'throughput', unit: 'events/s' },
  ],
  ...(references.length > 0 && { references }),
  contestants: contestants.map(({ name, values }) => ({
    name,
    values: {
      rate: values[`${eventsEach} rate`]!,
      CPU: values[`${eventsEach} CPU`]!,
      throughput: values[`${eventsEach} throughput`]!,
    },
  })),
});
