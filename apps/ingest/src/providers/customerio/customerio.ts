import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { parseBody } from './body.js';
import { verifier } from './signature.js';

/** Customer.io's reporting webhooks: one event a request, signed. */
export const customerio: ProviderAdapter = {
  provider: Provider.CUSTOMERIO,
  path: 'customerio',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('customerio', ['POST'], 'Signature'),
  patienceMs: 7 * 86_400_000,
};
