import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts, Stack, services } from '@kelp/stack';
import { Clocks } from './clocks.js';
import { Disk } from './disk.js';
import { Network } from './network.js';

/** All of Kelp, and all around it that can be broken. */
export interface World {
  readonly stack: Stack;
  readonly network: Network;
  readonly clocks: Clocks;
  /** Where this process may not have one of its own, no disk is filled. */
  readonly disk: Disk | undefined;
  /** Ends everything, and leaves nothing. */
  close(): Promise<void>;
}

/** Starts all of Kelp in a world that can be broken. @param queueUrl a NATS server to queue in */
export async function startWorld(queueUrl?: string): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-faults-'));
  const disk = Disk.at(folder);
  const ports = await freePorts();
  const network = await Network.between(ports);
  const clocks = new Clocks(folder);
  const clear = async () => {
    await network.close();
    disk?.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  const instead = services.map((service) => {
    return [service, { ...network.settings[service], ...clocks.settings(service) }] as const;
  });
  try {
    const env = { ...process.env, LOG_LEVEL: 'warn' };
    const stack = await Stack.start({
      folder,
      ports,
      env,
      instead: Object.fromEntries(instead),
      ...(queueUrl && { queueUrl }),
    });
    const close = () => stack.stop().finally(clear);
    return { stack, network, clocks, disk, close };
  } catch (error) {
    await clear();
    throw error;
  }
}
