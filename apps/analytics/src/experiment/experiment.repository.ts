import type { Experiment, Variant } from '@kelp/contract-analytics';
import { bytesToUuid, namePattern } from '@kelp/resource';
import { Database } from '../database.js';
import { templateName } from '../metrics/grouping.js';

export const experimentName = namePattern('organizations/{organization}/experiments/{experiment}');

/** Which experiment, of whom. */
export interface ExperimentId {
  readonly organization: string;
  readonly experiment: string;
}

interface Row {
  organization_id: string;
  experiment_id: string;
  display_name: string;
  template_id: string;
  variants: Variant[];
  goal: number;
  trials_min: string;
  start_time: Date;
  end_time: Date | null;
}

/** Experiments, and who was assigned to what. */
export class ExperimentRepository {
  constructor(private readonly database: Database) {}

  /** Stores it where there is none of that name. @returns whether it was stored */
  async create({ organization, experiment }: ExperimentId, fields: Experiment): Promise<boolean> {
    const rows = await this.database.query(
      `insert into experiment (organization_id, experiment_id, display_name, template_id, variants, goal, trials_min, start_time)
      values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning 1`,
      [
        organization,
        experiment,
        fields.displayName,
        templateName.parse(fields.template)!.template,
        JSON.stringify(fields.variants),
        fields.goal,
        fields.trialsMin,
        fields.startTime,
      ],
    );
    return rows.length > 0;
  }

  async find({ organization, experiment }: ExperimentId): Promise<Experiment | undefined> {
    const rows = await this.database.query<Row>(
      'select * from experiment where organization_id = $1 and experiment_id = $2',
      [organization, experiment],
    );
    return rows.map(toExperiment)[0];
  }

  /** An organization's experiments, the newest first, behind a position. */
  async list(organization: string, after: readonly [Date, string] | undefined, limit: number): Promise<Experiment[]> {
    const rows = await this.database.query<Row>(
      `select * from experiment where organization_id = $1
        and ($2::timestamptz is null or (start_time, experiment_id) < ($2, $3::uuid))
      order by start_time desc, experiment_id desc limit $4`,
      [organization, after?.[0] ?? null, after?.[1] ?? null, limit],
    );
    return rows.map(toExperiment);
  }

  /** Ends it, where it has not ended. */
  async end({ organization, experiment }: ExperimentId, now: Date): Promise<void> {
    await this.database.query(
      'update experiment set end_time = $3 where organization_id = $1 and experiment_id = $2 and end_time is null',
      [organization, experiment, now],
    );
  }

  /** Records who gets what; who was assigned before keeps that. */
  async record({ organization, experiment }: ExperimentId, units: readonly Buffer[], places: readonly number[]) {
    await this.database.query(
      `insert into experiment_assignment (organization_id, experiment_id, unit, variant)
      select $1, $2, * from unnest($3::uuid[], $4::smallint[]) order by 3 on conflict do nothing`,
      [organization, experiment, units.map(bytesToUuid), places],
    );
  }

  /** How many were assigned to each variant, by its place. */
  async assigned({ organization, experiment }: ExperimentId): Promise<ReadonlyMap<number, number>> {
    const rows = await this.database.query<{ variant: number; n: string }>(
      `select variant, count(*) as n from experiment_assignment
      where organization_id = $1 and experiment_id = $2 group by variant`,
      [organization, experiment],
    );
    return new Map(rows.map(({ variant, n }) => [variant, Number(n)]));
  }
}

const toExperiment = (row: Row): Experiment => ({
  name: experimentName.format({ organization: row.organization_id, experiment: row.experiment_id }),
  displayName: row.display_name,
  template: templateName.format({ organization: row.organization_id, template: row.template_id }),
  variants: row.variants.map(({ name, weight }) => ({ name, weight })),
  goal: row.goal,
  trialsMin: Number(row.trials_min),
  startTime: row.start_time,
  endTime: row.end_time ?? undefined,
});
