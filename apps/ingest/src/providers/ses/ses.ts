import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { parseBody } from './body.js';
import { confirm } from './confirmation.js';
import { verifier } from './signature.js';

/** Amazon SES, whose events come through Amazon SNS: one signed envelope a request, with an event for many recipients. */
export const ses: ProviderAdapter = {
  provider: Provider.SES,
  path: 'ses',
  methods: ['POST'],
  // SNS calls its JSON plain text, unless it is told otherwise.
  mediaTypes: ['text/plain', 'application/json'],
  verifier,
  parse: ({ body }) => parseBody(body),
  confirm,
  answer: answersOf('ses', ['POST'], 'Signature'),
  // Three times, 20 seconds apart, unless the subscription says otherwise.
  patienceMs: 60_000,
};
