/** What an autoscaler of Kubernetes goes by, as a rendered manifest says it. */
export interface ScalingRules {
  readonly min: number;
  readonly max: number;
  /** The messages of the backlog that one pod is called for. */
  readonly lagThreshold: number;
  /** The share of its request that a pod's CPU is to be used by, in percent; nothing where only the backlog counts. */
  readonly cpuTarget?: number;
  readonly up: ScalingDirection;
  readonly down: ScalingDirection;
}

export interface ScalingDirection {
  readonly windowSeconds: number;
  readonly select: 'Max' | 'Min';
  readonly policies: readonly {
    readonly type: 'Percent' | 'Pods';
    readonly value: number;
    readonly periodSeconds: number;
  }[];
}

interface Change {
  readonly at: number;
  readonly by: number;
}

const TOLERANCE = 0.1;

/**
 * The algorithm of the HorizontalPodAutoscaler, with behaviours: the largest of what each metric asks for; within the
 * tolerance nothing changes; then the stabilisation windows, and the policies' bounds on the speed.
 */
export class Scaler {
  readonly #recommended: { at: number; replicas: number }[] = [];
  readonly #changes: Change[] = [];

  constructor(private readonly rules: ScalingRules) {}

  /** How many pods there should be now. @param cpu the average over the pods, in percent of their request */
  next(at: number, current: number, lag: number, cpu: number): number {
    const { min, max, lagThreshold, cpuTarget } = this.rules;
    const asked = [proportion(current, lag / current / lagThreshold)];
    if (cpuTarget !== undefined) asked.push(proportion(current, cpu / cpuTarget));
    const wanted = clamp(Math.max(...asked), min, max);
    this.#recommended.push({ at, replicas: wanted });
    const replicas = clamp(this.limited(at, current, this.stabilised(at, current)), min, max);
    if (replicas !== current) this.#changes.push({ at, by: replicas - current });
    return replicas;
  }

  private stabilised(at: number, current: number): number {
    const within = (seconds: number) =>
      this.#recommended.filter((each) => each.at > at - seconds || each.at === at).map(({ replicas }) => replicas);
    const up = Math.min(...within(this.rules.up.windowSeconds));
    const down = Math.max(...within(this.rules.down.windowSeconds));
    if (current < up) return up;
    return current > down ? down : current;
  }

  private limited(at: number, current: number, wanted: number): number {
    if (wanted > current) return Math.min(wanted, this.bound(at, current, this.rules.up, 1));
    if (wanted < current) return Math.max(wanted, this.bound(at, current, this.rules.down, -1));
    return current;
  }

  /** How far one may go in a direction, counted from where each policy's period began. */
  private bound(at: number, current: number, { select, policies }: ScalingDirection, sign: 1 | -1): number {
    const bounds = policies.map(({ type, value, periodSeconds }) => {
      const done = this.#changes
        .filter((change) => change.at > at - periodSeconds && Math.sign(change.by) === sign)
        .reduce((sum, { by }) => sum + by, 0);
      const start = current - done;
      if (type === 'Pods') return start + sign * value;
      const exact = start * (1 + (sign * value) / 100);
      return sign > 0 ? Math.ceil(exact) : Math.trunc(exact);
    });
    const most = (select === 'Max') === sign > 0;
    return most ? Math.max(...bounds) : Math.min(...bounds);
  }
}

const proportion = (current: number, ratio: number): number =>
  Math.abs(ratio - 1) <= TOLERANCE ? current : Math.ceil(current * ratio);

const clamp = (value: number, min: number, max: number): number => Math.min(max, Math.max(min, value));
