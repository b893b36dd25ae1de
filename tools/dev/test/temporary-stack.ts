import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientsOf, seed } from '@kelp/demo';
import { freePorts, Stack } from '@kelp/stack';
import { type SigningKey, signingKey } from '@kelp/webhook-samples';

/** A folder that is gone after the tests. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'kelp-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** All of Kelp, with the demo organization, on free ports and on data of its own. */
export async function temporaryStack({ env = {}, ...options }: { queueUrl?: string; env?: NodeJS.ProcessEnv } = {}) {
  const folder = temporaryFolder();
  const troubles: string[] = [];
  const stack = await Stack.start({
    ...options,
    folder: folder.path,
    ports: await freePorts(),
    env: { ...process.env, LOG_LEVEL: 'warn', ...env },
    onTrouble: (sentence) => troubles.push(sentence),
  });
  const clients = clientsOf(stack);
  const key: SigningKey = signingKey();
  const demo = await seed(clients, key);
  return {
    stack,
    clients,
    demo,
    key,
    webhooksUrl: stack.webhooksUrl,
    /** What the stack said of trouble, in order. */
    troubles,
    stop: async () => {
      await stack.stop();
      folder.remove();
    },
  };
}
