import { isObject, parseJson } from '../reading/parse-json.js';

/** What Amazon SNS posts. */
export interface Envelope {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Message: string;
  readonly Timestamp: string;
  readonly Signature: string;
  readonly SignatureVersion: string;
  readonly SigningCertURL: string;
  readonly Subject?: string;
  readonly SubscribeURL?: string;
  readonly Token?: string;
}

const types = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation'];
const required = ['MessageId', 'TopicArn', 'Message', 'Timestamp', 'Signature', 'SignatureVersion', 'SigningCertURL'];
const optional = ['Subject', 'SubscribeURL', 'Token'];

const isText = (value: unknown) => typeof value === 'string';

/** The envelope of a request; undefined where it is none. */
export function envelopeOf(body: Buffer): Envelope | undefined {
  const json = parseJson(body);
  if (!isObject(json) || !types.includes(String(json.Type))) return undefined;
  const isComplete =
    required.every((name) => isText(json[name])) &&
    optional.every((name) => json[name] === undefined || json[name] === null || isText(json[name]));
  return isComplete ? (json as unknown as Envelope) : undefined;
}

const ofNotifications = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const;
const ofConfirmations = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const;

/** What SNS signs of an envelope: names and values in the order of the names, a line each. */
export function signedText(envelope: Envelope): string {
  const names = envelope.Type === 'Notification' ? ofNotifications : ofConfirmations;
  return names
    .filter((name) => typeof envelope[name] === 'string')
    .map((name) => `${name}\n${envelope[name]}\n`)
    .join('');
}
