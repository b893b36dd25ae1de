import { type KubernetesObject, ofKind } from './render.js';

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Group {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** The groups of all PrometheusRules: what Prometheus itself reads. */
export const groupsOf = (objects: readonly KubernetesObject[]): readonly Group[] =>
  ofKind(objects, 'PrometheusRule').flatMap(({ spec }) => spec.groups);

/** All rules that end in an alert. */
export const alertsOf = (objects: readonly KubernetesObject[]): readonly (Rule & { readonly alert: string })[] =>
  groupsOf(objects)
    .flatMap(({ rules }) => rules)
    .filter((rule): rule is Rule & { alert: string } => rule.alert !== undefined);

/** Every query of every dashboard. */
export const dashboardQueries = (objects: readonly KubernetesObject[]): readonly string[] =>
  ofKind(objects, 'ConfigMap')
    .filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1')
    .flatMap(({ data }) => Object.values(data as Record<string, string>))
    .flatMap((text) => (JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }).panels)
    .flatMap(({ targets }) => targets.map(({ expr }) => expr));

/** The metrics that queries name: those of ours, of Node and of the process; a histogram's by its own name. */
export const metricsIn = (queries: readonly string[]): readonly string[] => [
  ...new Set(
    queries
      .flatMap((query) => query.match(/\b(?:kelp|nodejs|process)_[a-z0-9_]+/g) ?? [])
      .map((name) => name.replace(/_(?:bucket|sum|count)$/, '')),
  ),
];
