import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { secretVerifier } from '../proving/presented-secret.js';
import { parseBody } from './body.js';

/** Postmark's webhooks: one event a request, not signed. */
export const postmark: ProviderAdapter = {
  provider: Provider.POSTMARK,
  path: 'postmark',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier: secretVerifier,
  parse: ({ body, headers }) => parseBody(body, headers['x-pm-webhook-trace-id']),
  answer: answersOf('postmark', ['POST'], 'Basic realm="Kelp"'),
  // 1, 5, 10, 10, 10, 15 minutes.
  patienceMs: 51 * 60_000,
};
