import type { KubernetesObject } from './render.js';

interface Resources {
  readonly cpu?: string;
  readonly memory: string;
}

/** A PostgreSQL cluster of CloudNativePG: the fields that the examples use. */
export interface ICluster extends Pick<KubernetesObject, 'metadata'> {
  readonly apiVersion: 'postgresql.cnpg.io/v1';
  readonly kind: 'Cluster';
  readonly spec: {
    readonly instances: number;
    readonly minSyncReplicas?: number;
    readonly maxSyncReplicas?: number;
    readonly storage: { readonly size: string };
    readonly bootstrap: { readonly initdb: { readonly database: string; readonly owner: string } };
    readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
    readonly resources: { readonly requests: Resources; readonly limits: Resources };
  };
}
