import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { secretVerifier } from '../proving/presented-secret.js';
import { parseBody } from './body.js';

/** Iterable's system webhooks: one event a request, not signed. */
export const iterable: ProviderAdapter = {
  provider: Provider.ITERABLE,
  path: 'iterable',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier: secretVerifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('iterable', ['POST'], 'Basic realm="Kelp"'),
};
