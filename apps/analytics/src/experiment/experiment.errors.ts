import { ErrorReason } from '@kelp/contract-analytics';
import { refusals } from '@kelp/status';

const refuse = refusals(ErrorReason, 'analytics.kelp');

export const experimentNotFound = (name: string) =>
  refuse.notFound('EXPERIMENT_NOT_FOUND', `There is no experiment "${name}".`, { metadata: { experiment: name } });

export const experimentExists = (name: string) =>
  refuse.alreadyExists('EXPERIMENT_EXISTS', `There is another experiment "${name}" already.`, {
    metadata: { experiment: name },
  });

export const experimentEnded = (name: string) =>
  refuse.failedPrecondition('EXPERIMENT_ENDED', `Experiment "${name}" has ended: it assigns nobody any more.`, {
    metadata: { experiment: name },
  });
