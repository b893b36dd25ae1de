import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { parseBody } from './body.js';
import { verifier } from './signature.js';

const methods = ['POST', 'HEAD'];

/** Mandrill's webhooks: batches in a form, signed together with the address. With HEAD it asks whether anybody listens. */
export const mandrill: ProviderAdapter = {
  provider: Provider.MANDRILL,
  path: 'mandrill',
  methods,
  mediaTypes: ['application/x-www-form-urlencoded'],
  verifier,
  parse: ({ method, body }) => (method === 'HEAD' ? { valid: true, elements: [] } : parseBody(body)),
  answer: answersOf('mandrill', methods, 'Signature'),
  enclose: (raw) => Buffer.from(new URLSearchParams({ mandrill_events: `[${raw}]` }).toString()),
};
