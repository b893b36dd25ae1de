import {
  Bucket,
  type CreateExperimentRequest,
  Dimension,
  type Experiment,
  type ExperimentResults,
  type ListExperimentsRequest,
  type ListExperimentsResponse,
  Metric,
  type MetricsRow,
} from '@kelp/contract-analytics';
import { decodePageToken, encodePageToken, pageSizeOf } from '@kelp/resource';
import type { FieldViolation } from '@kelp/status';
import { organizationName, templateName } from '../metrics/grouping.js';
import { invalidFields } from '../metrics/metrics.errors.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { pageTokenOf } from '../page-token.js';
import { answeredByStore } from '../store.errors.js';
import { assign } from './assign.js';
import { experimentEnded, experimentExists, experimentNotFound } from './experiment.errors.js';
import { type ExperimentId, ExperimentRepository, experimentName } from './experiment.repository.js';
import { resultsOf } from './results.js';

const GOALS: readonly Metric[] = [
  Metric.UNIQUE_HUMAN_CLICKED,
  Metric.UNIQUE_HUMAN_OPENED,
  Metric.UNIQUE_CLICKED,
  Metric.UNIQUE_OPENED,
];
const TRIALS_MIN = 100;

/** Compares variants of a template. */
export class ExperimentService {
  constructor(
    private readonly experiments: ExperimentRepository,
    private readonly metrics: MetricsService,
  ) {}

  /** The same again gives the same experiment. @throws INVALID_FIELDS, EXPERIMENT_EXISTS, STORE_UNAVAILABLE */
  async create(request: CreateExperimentRequest): Promise<Experiment> {
    const { parent, experimentId, displayName, template, variants } = request;
    const organization = organizationOf(parent);
    const id = { organization, experiment: experimentId };
    const goal = request.goal === Metric.UNSPECIFIED ? Metric.UNIQUE_HUMAN_CLICKED : request.goal;
    const violations: FieldViolation[] = [];
    const must = (holds: boolean, field: string, description: string) => {
      if (!holds) violations.push({ field, description });
    };
    must(templateName.parse(template)?.organization === organization, 'template', 'Must belong to the parent.');
    must(variants.length >= 2, 'variants', 'Must be at least two.');
    must(
      variants.every(({ weight }) => weight >= 1),
      'variants',
      'Must have weights from 1 to 1,000.',
    );
    must(new Set(variants.map(({ name }) => name)).size === variants.length, 'variants', 'Must have different names.');
    must(!JSON.stringify([displayName, variants]).includes('\\u0000'), 'variants', 'Must not hold U+0000.');
    must(GOALS.includes(goal), 'goal', 'Must be a unique open or click.');
    if (violations.length > 0) throw invalidFields(violations);
    const experiment: Experiment = {
      name: experimentName.format(id),
      displayName,
      template,
      variants,
      goal,
      trialsMin: request.trialsMin || TRIALS_MIN,
      startTime: new Date(),
      endTime: undefined,
    };
    return answeredByStore(async () => {
      if (await this.experiments.create(id, experiment)) return experiment;
      const known = await this.get(experiment.name);
      if (!isSame(known, experiment)) throw experimentExists(experiment.name);
      return known;
    });
  }

  /** @throws EXPERIMENT_NOT_FOUND, STORE_UNAVAILABLE */
  async get(name: string): Promise<Experiment> {
    const found = await answeredByStore(() => this.experiments.find(idOf(name)));
    if (!found) throw experimentNotFound(name);
    return found;
  }

  /** @throws INVALID_FIELDS, INVALID_PAGE_TOKEN, STORE_UNAVAILABLE */
  async list({ parent, pageSize, pageToken }: ListExperimentsRequest): Promise<ListExperimentsResponse> {
    const organization = organizationOf(parent);
    const list = `${parent}/experiments`;
    const [time, id] = pageTokenOf(() => decodePageToken(list, pageToken))?.split(' ') ?? [];
    const after = time !== undefined && id !== undefined ? ([new Date(time), id] as const) : undefined;
    const size = pageSizeOf(pageSize);
    const experiments = await answeredByStore(() => this.experiments.list(organization, after, size + 1));
    if (experiments.length <= size) return { experiments, nextPageToken: '' };
    const shown = experiments.slice(0, size);
    const last = shown.at(-1)!;
    const position = `${last.startTime!.toISOString()} ${idOf(last.name).experiment}`;
    return { experiments: shown, nextPageToken: encodePageToken(list, position) };
  }

  /** @throws EXPERIMENT_NOT_FOUND, STORE_UNAVAILABLE */
  async end(name: string): Promise<Experiment> {
    await answeredByStore(() => this.experiments.end(idOf(name), new Date()));
    return this.get(name);
  }

  /** @throws EXPERIMENT_NOT_FOUND, EXPERIMENT_ENDED, STORE_UNAVAILABLE */
  async assign(name: string, units: readonly Buffer[]): Promise<string[]> {
    const { variants, endTime } = await this.get(name);
    if (endTime) throw experimentEnded(name);
    const id = idOf(name);
    const weights = variants.map(({ weight }) => weight);
    const places = units.map((unit) => assign(id.experiment, unit, weights));
    await answeredByStore(() => this.experiments.record(id, units, places));
    return places.map((place) => variants[place]!.name);
  }

  /** @throws EXPERIMENT_NOT_FOUND, STORE_UNAVAILABLE */
  async results(name: string): Promise<ExperimentResults> {
    const experiment = await this.get(name);
    const id = idOf(name);
    const assigned = await answeredByStore(() => this.experiments.assigned(id));
    const { rows } = await this.metrics.query({
      parent: organizationName.format({ organization: id.organization }),
      template: experiment.template,
      startTime: experiment.startTime,
      endTime: experiment.endTime,
      bucket: Bucket.UNSPECIFIED,
      groupBy: [Dimension.VARIANT],
      filters: [{ dimension: Dimension.VARIANT, values: experiment.variants.map((variant) => variant.name) }],
      timeZone: '',
      comparePrevious: false,
    });
    const counted = experiment.variants.map((variant, place) => {
      const row = rows.find(({ group }) => group[0]?.value === variant.name);
      const trials = countOf(row, Metric.DELIVERED);
      // A success of a message that was delivered before the experiment is none of it.
      const successes = Math.min(trials, countOf(row, experiment.goal));
      return { assigned: assigned.get(place) ?? 0, trials, successes };
    });
    return resultsOf(experiment, counted);
  }
}

const countOf = (row: MetricsRow | undefined, metric: Metric): number =>
  Number(row?.metrics.find((count) => count.metric === metric)?.count ?? 0n);

function organizationOf(parent: string): string {
  const organization = organizationName.parse(parent)?.organization;
  if (organization === undefined) throw invalidFields([{ field: 'parent', description: 'Must name an organization.' }]);
  return organization;
}

/** @throws EXPERIMENT_NOT_FOUND where the name cannot be one's */
function idOf(name: string): ExperimentId {
  const id = experimentName.parse(name);
  if (!id) throw experimentNotFound(name);
  return id;
}

const isSame = (one: Experiment, other: Experiment): boolean => {
  const told = ({ displayName, template, variants, goal, trialsMin }: Experiment) =>
    JSON.stringify([displayName, template, variants.map(({ name, weight }) => [name, weight]), goal, trialsMin]);
  return told(one) === told(other);
};
