import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { tlsOf } from '@kelp/testing';
import { PulledClient } from './recorded-calls.js';
import { callsOf, imageOf, workspace } from './released.js';
import { CALLER } from './subject.js';

/**
 * Makes all calls of a release against a running service, by the client that anybody would generate from the release.
 * @throws where the service refuses what it took, or answers otherwise
 */
export async function callAsVersion(service: string, version: string, address: string): Promise<void> {
  const client = await pulled(service, imageOf(service, version), version, address);
  try {
    for (const call of callsOf(service, version)) await client.perform(call);
  } finally {
    client.close();
  }
}

/** The client of an image, as anybody gets it. */
export async function pulled(service: string, image: string, version: string, target: string): Promise<PulledClient> {
  const out = join(workspace, 'test-results/clients', version);
  rmSync(join(out, service), { recursive: true, force: true });
  execFileSync(process.execPath, [join(workspace, 'tools/kelp-contract/main.mjs'), 'pull', image, '--out', out]);
  const module = await import(join(out, service, 'index.ts'));
  const tls = await tlsOf(CALLER);
  const services = Object.keys(module).flatMap((name) => /^connect(\w+)$/.exec(name)?.[1] ?? []);
  return new PulledClient(
    services.map((name) => ({
      definition: module[`${name}ServiceDefinition`],
      client: module[`connect${name}`]({ target, tls }),
    })),
  );
}
