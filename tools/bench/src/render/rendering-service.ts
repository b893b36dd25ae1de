import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TemplateContract } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { type Client, client } from '@kelp/rpc';
import { freePorts, Stack } from '@kelp/stack';
import { cpuTimeUs } from '../store/cpu-time.js';
import { orderEmail } from './order-email.js';

export type Templates = Client<typeof TemplateContract>;

/** The template service of a whole Kelp, as its callers see it. */
export class RenderingService {
  private constructor(
    private readonly stack: Stack,
    private readonly folder: string,
    readonly templates: Templates,
  ) {}

  static async start(say: (text: string) => void): Promise<RenderingService> {
    const folder = mkdtempSync(join(tmpdir(), 'kelp-bench-'));
    say('starting');
    const env = { ...process.env, LOG_LEVEL: 'warn' };
    const stack = await Stack.start({ folder, ports: await freePorts(), env, onTrouble: say });
    return new RenderingService(stack, folder, client(TemplateContract, stack.channel('template')));
  }

  /** A published order email. */
  async published(): Promise<string> {
    const { name } = await this.templates.createTemplate({
      parent: `organizations/${uuidv7()}`,
      template: { displayName: 'Order', draft: orderEmail('kelp') },
    });
    return (await this.templates.publishTemplate({ name })).name;
  }

  /** The CPU time of caller and service so far, in microseconds. */
  cpuUs(): number {
    const { user, system } = process.cpuUsage();
    return user + system + cpuTimeUs(this.stack.pid('template')!);
  }

  async close(): Promise<void> {
    await this.stack.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
