import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { secretVerifier } from '../proving/presented-secret.js';
import { parseBody } from './body.js';

/** SparkPost's and Bird's webhooks: batches, not signed. */
export const sparkpost: ProviderAdapter = {
  provider: Provider.SPARKPOST,
  path: 'sparkpost',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier: secretVerifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('sparkpost', ['POST'], 'Basic realm="Kelp"'),
  patienceMs: 8 * 3_600_000,
};
