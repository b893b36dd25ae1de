import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { secretVerifier } from '../proving/presented-secret.js';
import { parseBody } from './body.js';

/** Mailjet's event API: one event a request, or many where they are grouped; not signed. */
export const mailjet: ProviderAdapter = {
  provider: Provider.MAILJET,
  path: 'mailjet',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier: secretVerifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('mailjet', ['POST'], 'Basic realm="Kelp"'),
  // Ten times, 10 minutes apart; newer pages say a day.
  patienceMs: 100 * 60_000,
};
