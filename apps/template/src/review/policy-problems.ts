import { ReviewKind, type ReviewStage } from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';

/** What is wrong with the stages of a policy, beyond what their fields tell. */
export function policyProblems(stages: readonly ReviewStage[]): FieldViolation[] {
  const violations: FieldViolation[] = [];
  const refuse = (field: string, description: string) =>
    violations.push({ field: `policy.stages${field}`, description });
  if (new Set(stages.map(({ kind }) => kind)).size < stages.length)
    refuse('', 'must have one stage of each kind at most');
  for (const [index, { groups }] of stages.entries()) {
    if (groups.length === 0) refuse(`[${index}].groups`, 'must not be empty');
    if (new Set(groups.map(({ displayName }) => displayName)).size < groups.length)
      refuse(`[${index}].groups`, 'must have names of their own');
    for (const [number, { reviewers, required }] of groups.entries()) {
      const field = `[${index}].groups[${number}]`;
      if (reviewers.length === 0) refuse(`${field}.reviewers`, 'must not be empty');
      if (required > reviewers.length) refuse(`${field}.required`, 'must not be more than there are reviewers');
    }
  }
  return violations;
}

/** In the order in which reviews are asked for. */
export const ordered = (stages: readonly ReviewStage[]): ReviewStage[] =>
  [ReviewKind.DESIGN, ReviewKind.PUBLISH].flatMap((kind) => stages.filter((stage) => stage.kind === kind));
