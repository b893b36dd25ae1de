export { Expectation, type ExpectedCount, type ExpectedFilter, type SampleTruth } from './expected.js';
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
