import { Provider } from '@kelp/contract-event';
import { answersOf } from '../answers.js';
import type { ProviderAdapter } from '../provider.js';
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
  answer: answersOf('sendgrid', ['POST'], 'Signature'),
  enclose: (raw) => Buffer.concat([Buffer.from('['), raw, Buffer.from(']')]),
  patienceMs: 24 * 3_600_000,
};
