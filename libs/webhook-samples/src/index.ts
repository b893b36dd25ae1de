export { Expectation, type ExpectedCount, type ExpectedFilter, type SampleTruth } from './expected.js';
export { signMandrill } from './providers/mandrill.js';
export { signSvix } from './providers/resend.js';
export {
  type SampleKind,
  type SampleMessage,
  type SampleProof,
  type SampleProvider,
  type SampleRequest,
  sampleMeanings,
} from './providers/sample-provider.js';
export { sampleMessage, sampleProviders } from './providers/samples.js';
export { rsaPublicKey, snsEnvelope, subscribeUrl } from './providers/ses.js';
export { type SendgridEvent, type SendgridType, sendgridBody, sendgridEvent, sendgridTypes } from './sendgrid/event.js';
export { type SendgridHeaders, signSendgrid } from './sendgrid/headers.js';
export type { SampleTemplate } from './sendgrid/mail.js';
export {
  type Sample,
  type SampleBatch,
  sendgridMeanings,
  sendgridTraffic,
  type TrafficOptions,
} from './sendgrid/traffic.js';
export { type SigningKey, signingKey } from './signing-key.js';
