import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { KubernetesObject } from './render.js';
import { ROOT } from './root.js';

/** Which package knows the kinds of a group; all others are Kubernetes' own. */
const PACKAGES: Readonly<Record<string, string>> = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

/** Kinds that no package describes: their types are ours, and only those are checked. */
const OWN = new Set(['postgresql.cnpg.io/v1']);

const groupOf = ({ apiVersion }: KubernetesObject): string =>
  apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';

const moduleOf = (object: KubernetesObject): string =>
  OWN.has(object.apiVersion)
    ? '../src/cloudnative-pg.js'
    : `${PACKAGES[groupOf(object)] ?? 'kubernetes-models'}/${object.apiVersion}/${object.kind}`;

const titleOf = ({ kind, metadata: { name } }: KubernetesObject): string => `${kind} ${name}`;

/** What is wrong by the schemas of the API: types, what is missing, ranges. They accept fields that do not exist. */
export async function schemaProblems(objects: readonly KubernetesObject[]): Promise<string[]> {
  const problems: string[] = [];
  for (const object of objects) {
    if (OWN.has(object.apiVersion)) continue;
    const models = (await import(moduleOf(object))) as Record<string, new (data: object) => { validate(): void }>;
    try {
      new models[object.kind]!(object).validate();
    } catch (error) {
      problems.push(`${titleOf(object)}: ${(error as Error).message}`);
    }
  }
  return problems;
}

/** What is wrong by the types of the API, which know every field: a misspelt one is refused. */
export async function typeProblems(objects: readonly KubernetesObject[]): Promise<string> {
  const folder = join(ROOT, 'tools/k8s/dist');
  mkdirSync(folder, { recursive: true });
  const name = `objects-${process.pid}`;
  const lines = objects.flatMap((object, index) => [
    `import type { I${object.kind} as Kind${index} } from '${moduleOf(object)}';`,
    `/* ${titleOf(object)} */ export const object${index} = ${JSON.stringify(object)} satisfies Kind${index};`,
  ]);
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, lines.join('\n'));
  const settings = join(folder, `${name}.json`);
  writeFileSync(settings, JSON.stringify({ extends: '../../../tsconfig.base.json', include: [`${name}.ts`] }));
  try {
    const tsc = join(ROOT, 'node_modules/typescript7/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '--pretty', 'false', '-p', settings], { cwd: folder });
    return '';
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    rmSync(file);
    rmSync(settings);
  }
}
