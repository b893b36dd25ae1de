import type { KubernetesObject } from './render.js';
import type { ScalingDirection, ScalingRules } from './scaler.js';

type Trigger = { type: string; metadata: Record<string, string> };

const directionOf = (behavior: {
  stabilizationWindowSeconds: number;
  selectPolicy: 'Max' | 'Min';
  policies: ScalingDirection['policies'];
}): ScalingDirection => ({
  windowSeconds: behavior.stabilizationWindowSeconds,
  select: behavior.selectPolicy,
  policies: behavior.policies,
});

/** What a ScaledObject of KEDA makes an autoscaler go by. */
export function scalingRulesOf({ spec }: KubernetesObject): ScalingRules {
  const { behavior } = spec.advanced.horizontalPodAutoscalerConfig;
  const trigger = (type: string): Trigger | undefined => spec.triggers.find((each: Trigger) => each.type === type);
  const cpu = trigger('cpu');
  return {
    min: spec.minReplicaCount,
    max: spec.maxReplicaCount,
    lagThreshold: Number(trigger('nats-jetstream')!.metadata.lagThreshold),
    ...(cpu && { cpuTarget: Number(cpu.metadata.value) }),
    up: directionOf(behavior.scaleUp),
    down: directionOf(behavior.scaleDown),
  };
}
