import { run } from '@kelp/demo';
import { freePorts, hasNats, type Nats, type ProgramName, startNats } from '@kelp/stack';
import { temporaryFolder, temporaryStack } from './temporary-stack.js';

const EVENTS = 40_000;
const VICTIMS: readonly ProgramName[] = ['analytics', 'ingest', 'postgres'];

/** Posts traffic, and kills one program after the other in the middle of it. */
async function runWithMurders(options: { queueUrl?: string }) {
  const kelp = await temporaryStack(options);
  const killed: ProgramName[] = [];
  try {
    const result = await run({
      ...kelp,
      events: EVENTS,
      patienceMs: 120_000,
      onProgress: ({ posted }) => {
        const victim = VICTIMS[killed.length];
        if (!victim || posted < (EVENTS * (killed.length + 1)) / (VICTIMS.length + 2)) return;
        const pid = kelp.stack.pid(victim);
        if (pid === undefined) return; // it is just being started again
        process.kill(pid, 'SIGKILL');
        killed.push(victim);
      },
    });
    return { result, killed, troubles: kelp.troubles };
  } finally {
    await kelp.stop();
  }
}

function expectExact({ result, killed, troubles }: Awaited<ReturnType<typeof runWithMurders>>): void {
  expect(result.mismatches).toEqual([]);
  expect(result.progress.posted).toBe(EVENTS);
  expect(killed).toEqual(VICTIMS);
  for (const victim of VICTIMS) expect(troubles).toContain(`${victim} was ended by SIGKILL.`);
}

describe('kill -9 of analytics, ingest and PostgreSQL in the middle of traffic', () => {
  it('leaves every event that was answered with 200 stored exactly once', async () => {
    expectExact(await runWithMurders({}));
  }, 300_000);

  (hasNats() ? it : it.skip)(
    'leaves every event stored exactly once over NATS JetStream, too',
    async () => {
      const folder = temporaryFolder();
      let nats: Nats | undefined;
      try {
        nats = await startNats(folder.path, (await freePorts()).postgres);
        expectExact(await runWithMurders({ queueUrl: nats.url }));
      } finally {
        await nats?.stop();
        folder.remove();
      }
    },
    300_000,
  );
});
