import { Provider } from '@kelp/contract-event';
import type { ProviderAdapter } from '../provider.js';
import { answers } from './answers.js';
import { parseBody } from './body.js';
import { verifier } from './signature.js';

/** Twilio SendGrid's event webhook, signed. */
export const sendgrid: ProviderAdapter = {
  provider: Provider.SENDGRID,
  path: 'sendgrid',
  methods: ['POST'],
  mediaTypes: ['application/json'],
  verifier,
  parse: ({ body }) => parseBody(body),
  answer: (outcome) => answers[outcome],
};
