import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
import { parseBody } from './body.js';
import { verifier } from './signature.js';

/** Resend's webhooks: one event a request, signed in Svix's scheme. */
export const resend: ProviderAdapter = {
  provider: Provider.RESEND,
  path: 'resend',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier,
  parse: ({ body, headers }) => parseBody(body, headers['svix-id'] ?? headers['webhook-id']),
  answer: answersOf('resend', ['POST'], 'Signature'),
  // 5 seconds, 5, 30 minutes, 2, 5, 10, 10 hours.
  patienceMs: 27.5 * 3_600_000,
};
