import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { secretVerifier } from '../proving/presented-secret.js';
import { parseBody } from './body.js';

/** Braze's Currents over its custom HTTP connector: batches, with a bearer token. */
export const braze: ProviderAdapter = {
  provider: Provider.BRAZE,
  path: 'braze',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier: secretVerifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('braze', ['POST'], 'Basic realm="Kelp"'),
  enclose: (raw) => Buffer.concat([Buffer.from('{"events":['), raw, Buffer.from(']}')]),
  // Then the connector is switched off.
  patienceMs: 5 * 86_400_000,
};
