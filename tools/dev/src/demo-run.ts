import { type Clients, type Demo, type RunResult, run } from '@kelp/demo';
import type { Stack } from '@kelp/stack';
import type { Terminal } from '@kelp/terminal';
import type { SigningKey } from '@kelp/webhook-samples';
import { metricsTable, mismatchLines } from './metrics-table.js';
import { summaryLine } from './summary-line.js';

export interface DemoRunOptions {
  stack: Stack;
  clients: Clients;
  demo: Demo;
  key: SigningKey;
  events: number;
  terminal: Terminal;
  signal: AbortSignal;
}

/**
 * Kelp's main job on sample traffic, shown at the terminal.
 * @returns whether every event was counted as it should be
 */
export async function demoRun({ terminal, events, stack, ...options }: DemoRunOptions): Promise<boolean> {
  const url = stack.webhooksUrl + options.demo.webhookPath;
  terminal.say(
    `\nPosting ${events.toLocaleString('en-US')} events as SendGrid does, signed, most of them noise, to ${url}\n`,
  );
  const seen = new Set<string>();
  const result = await run({
    ...options,
    events,
    webhooksUrl: stack.webhooksUrl,
    onProgress: (progress) => terminal.live(summaryLine(progress, events)),
    onRefused: (problem) => {
      if (!seen.has(problem)) terminal.say(`Posting again what was not answered with 200: ${problem}`);
      seen.add(problem);
    },
  });
  terminal.settle(summaryLine(result.progress, events));
  terminal.say(`\nWhat analytics says of the demo's templates:\n\n${metricsTable(options.demo, result)}\n`);
  terminal.say(verdict(result, events));
  return result.mismatches.length === 0;
}

function verdict(result: RunResult, events: number): string {
  if (result.mismatches.length > 0)
    return `WRONG NUMBERS: analytics does not count what was posted.\n${mismatchLines(result).join('\n')}\n`;
  const kept = result.expected.reduce((total, { count }) => total + count, 0);
  const seconds = result.postedMs / 1000;
  const rate = Math.round(events / seconds).toLocaleString('en-US');
  return `Exactly right: of ${events.toLocaleString('en-US')} events ${kept.toLocaleString('en-US')} were to be kept, and each was counted once (${seconds.toFixed(1)} s, ${rate} events a second).\n`;
}
