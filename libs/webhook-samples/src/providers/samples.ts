import { createHash, randomUUID } from 'node:crypto';
import { brazeSamples } from './braze.js';
import { customerioSamples } from './customerio.js';
import { iterableSamples } from './iterable.js';
import { mailgunSamples } from './mailgun.js';
import { mailjetSamples } from './mailjet.js';
import { mandrillSamples } from './mandrill.js';
import { postmarkSamples } from './postmark.js';
import { resendSamples } from './resend.js';
import type { SampleMessage, SampleProvider } from './sample-provider.js';
import { sendgridSamples } from './sendgrid.js';
import { sesSamples } from './ses.js';
import { sparkpostSamples } from './sparkpost.js';

/** What each provider posts. */
export const sampleProviders: readonly SampleProvider[] = [
  sendgridSamples,
  mailgunSamples,
  postmarkSamples,
  sparkpostSamples,
  sesSamples,
  mandrillSamples,
  mailjetSamples,
  resendSamples,
  customerioSamples,
  iterableSamples,
  brazeSamples,
];

/** A message of its own, complete by default; state only what matters. */
export function sampleMessage(fields: Partial<SampleMessage> = {}): SampleMessage {
  const eventId = fields.eventId ?? randomUUID();
  return {
    recipient: 'Ada.Lovelace@example.com',
    id: createHash('sha256').update(`message ${eventId}`).digest('hex').slice(0, 32),
    eventId,
    at: new Date(),
    custom: {},
    ...fields,
  };
}
