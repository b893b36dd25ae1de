import type { Stack } from '@kelp/stack';
import pg from 'pg';
import { cpuTimeUs } from './cpu-time.js';

/** Measures what a piece of work costs on this machine. */
export class Meter {
  private constructor(
    private readonly pids: readonly number[],
    private readonly client: pg.Client,
  ) {}

  static async on(stack: Stack): Promise<Meter> {
    const client = new pg.Client({ connectionString: stack.postgresUrl });
    await client.connect();
    const pids = [stack.pid('analytics'), stack.pid('postgres')];
    return new Meter(
      pids.filter((pid) => pid !== undefined),
      client,
    );
  }

  /** @param settle waits for what follows the work, where something does */
  async measure(events: number, work: () => Promise<void>, settle: () => Promise<void> = async () => {}) {
    await this.client.query('checkpoint');
    const [cpuUs, walBytes] = [this.cpuUs(), await this.walBytes()];
    const startedAt = performance.now();
    await work();
    const worked = performance.now() - startedAt;
    await settle();
    const settled = performance.now() - startedAt;
    return {
      acknowledged: (events / worked) * 1000,
      'roll-ups merged': (events / settled) * 1000,
      CPU: (this.cpuUs() - cpuUs) / events,
      WAL: ((await this.walBytes()) - walBytes) / events,
    };
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private cpuUs(): number {
    const { user, system } = process.cpuUsage();
    return user + system + this.pids.reduce((sum, pid) => sum + cpuTimeUs(pid), 0);
  }

  private async walBytes(): Promise<number> {
    const { rows } = await this.client.query<{ bytes: string }>(`select pg_current_wal_lsn() - '0/0' as bytes`);
    return Number(rows[0]!.bytes);
  }
}
