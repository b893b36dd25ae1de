import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { parseBody } from './body.js';
import { verifier } from './signature.js';

/** Mailgun's webhooks of 2018 and later: one event a request, signed within the body. */
export const mailgun: ProviderAdapter = {
  provider: Provider.MAILGUN,
  path: 'mailgun',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier,
  parse: ({ body }) => parseBody(body),
  answer: answersOf('mailgun', ['POST'], 'Signature'),
  // 5, 10, 15 minutes, 1, 2, 4 hours.
  patienceMs: 450 * 60_000,
};
