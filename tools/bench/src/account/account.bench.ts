import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, Stack } from '@kelp/stack';
import type { Bench, Findings, Outcome } from '../bench.js';
import { checkRates } from './check-rates.js';
import { revocations } from './revocations.js';
import { updateRates } from './update-rates.js';

/** Permission checks, updates with audit and isolation, and how long a revoked key still works. */
export const account: Bench = {
  name: 'account',
  what: 'permission checks at the caller and at the service, updates with audit and isolation, revoked keys',
  run: async (say) => {
    const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
    let stack: Stack | undefined;
    try {
      say('starting');
      const env = { ...process.env, LOG_LEVEL: 'warn' };
      stack = await Stack.start({ folder, ports: await freePorts(), env, onTrouble: say });
      const checks = await checkRates(stack, say);
      const updates = await updateRates(stack, say);
      const revoked = await revocations(stack, say);
      return [checks, updates, revoked, targets(checks, updates, revoked)];
    } finally {
      await stack?.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** What we want to be, beside what we are. */
function targets(checks: Outcome, updates: Outcome, revoked: Outcome): Findings {
  const value = ({ contestants }: Outcome, index: number, measure: string) => contestants[index]!.values[measure]!;
  const cachedUs = value(checks, 0, 'cpu');
  const ratio = value(updates, 1, 'updates') / value(updates, 0, 'updates');
  const refusedMs = value(revoked, 0, 'p99');
  const row = (what: string, target: string, measured: string, reached: boolean) => [
    what,
    target,
    measured,
    reached ? 'reached' : 'missed',
  ];
  return {
    title: 'Targets',
    heading: ['', 'target', 'measured', ''],
    rows: [
      row('cached check at the caller, of CPU', '≤ 2 µs', `${cachedUs.toFixed(2)} µs`, cachedUs <= 2),
      row('update with audit and isolation / plain Prisma update', '≥ 0.7', ratio.toFixed(2), ratio >= 0.7),
      row('from revoke to refusal at every caller, p99', '≤ 1 s', `${refusedMs.toFixed(0)} ms`, refusedMs <= 1_000),
    ],
  };
}
