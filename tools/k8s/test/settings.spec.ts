import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KubernetesObject, ofKind, overlays, render } from '../src/render.js';
import { ROOT } from '../src/root.js';
import { calls } from '../src/tools.js';

/** What a service's own program says that can be set, and what has to be. */
const settingsOf = Object.fromEntries(
  Object.keys(calls).map((service) => {
    const main = join(ROOT, 'apps', service, 'dist/main.mjs');
    const text = execFileSync(process.execPath, [main, 'settings'], { encoding: 'utf8' });
    const known = [...text.matchAll(/^(# )?([A-Z][A-Z0-9_]*)=/gm)];
    return [
      service,
      {
        all: known.map(([, , name]) => name!),
        required: known.filter(([, comment]) => !comment).map(([, , name]) => name!),
      },
    ];
  }),
);

/** What is Node's. */
const NODES = new Set(['NODE_OPTIONS']);

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = render(`overlays/${overlay}`);
  const given = ({ spec }: KubernetesObject): string[] => {
    const [{ env, envFrom }] = spec.template.spec.containers;
    const maps = envFrom.flatMap(({ configMapRef }: { configMapRef: { name: string } }) =>
      Object.keys(ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === configMapRef.name)!.data),
    );
    return [...maps, ...env.map(({ name }: { name: string }) => name)].filter((name) => !NODES.has(name));
  };

  it.each(ofKind(objects, 'Deployment').map((each) => [each.metadata.name, each] as const))(
    'sets of %s all that has to be set, and nothing that it does not know',
    (_, deployment) => {
      const service: string = deployment.spec.template.metadata.labels['app.kubernetes.io/name'];
      const { all, required } = settingsOf[service]!;
      const names = given(deployment);
      expect(required.filter((name) => !names.includes(name))).toEqual([]);
      expect(names.filter((name) => !all.includes(name))).toEqual([]);
    },
  );

  it('refers to secrets that the page of how to deploy names, with their keys', () => {
    const page = readFileSync(join(ROOT, 'k8s/README.md'), 'utf8');
    const secrets = ofKind(objects, 'Deployment').flatMap(({ spec }) => {
      const { containers, initContainers, volumes } = spec.template.spec;
      const keys = [...containers, ...initContainers].flatMap(({ env = [] }) =>
        env.flatMap(({ valueFrom }: { valueFrom?: { secretKeyRef?: { name: string; key: string } } }) =>
          valueFrom?.secretKeyRef ? [[valueFrom.secretKeyRef.name, valueFrom.secretKeyRef.key]] : [],
        ),
      );
      const files = volumes.flatMap(({ secret }: { secret?: { secretName: string } }) =>
        secret ? [[secret.secretName, 'tls.key']] : [],
      );
      return [...keys, ...files] as [string, string][];
    });
    expect(secrets.length).toBeGreaterThan(8);
    for (const [name, key] of secrets) {
      const general = name.replace(/^(?:account|analytics|ingest|template)-(database-app|tls)$/, '<service>-$1');
      const row = page.split('\n').find((line) => line.startsWith(`| \`${general}\``));
      expect({ name, row }).toEqual({ name, row: expect.stringContaining(`\`${key}\``) });
    }
  });
});

it('names no knob on the page of how to deploy that no service has', () => {
  const page = readFileSync(join(ROOT, 'k8s/README.md'), 'utf8');
  const known = new Set(Object.values(settingsOf).flatMap(({ all }) => all));
  const named = page.split('\n').flatMap((line) => [...line.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)]);
  expect(named.length).toBeGreaterThan(10);
  expect(named.map(([, name]) => name!).filter((name) => !known.has(name) && !NODES.has(name))).toEqual([]);
});
