import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { kubectl } from './kubectl.js';
import { ROOT } from './root.js';

/** A Kubernetes object as it would be applied. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  // biome-ignore lint/suspicious/noExplicitAny: what a kind holds is checked against its schema first
  readonly [field: string]: any;
}

export const overlays = ['local', 'staging', 'production'] as const;
export type Overlay = (typeof overlays)[number];

/** Every folder that is applied to a cluster as a whole. */
export const applied = [...overlays.map((overlay) => `overlays/${overlay}`), 'examples/nats', 'examples/postgresql'];

const rendered = new Map<string, readonly KubernetesObject[]>();

/** All objects of a folder of `k8s/`, as `kubectl apply -k` would send them. @throws where it cannot be rendered */
export function render(folder: string): readonly KubernetesObject[] {
  const known = rendered.get(folder);
  if (known) return known;
  const path = join(ROOT, 'k8s', folder);
  const text = execFileSync(kubectl(), ['kustomize', path], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  rendered.set(folder, objects);
  return objects;
}

/** The objects of a kind. */
export const ofKind = (objects: readonly KubernetesObject[], kind: string): readonly KubernetesObject[] =>
  objects.filter((object) => object.kind === kind);
