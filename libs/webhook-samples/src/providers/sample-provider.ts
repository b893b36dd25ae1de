import { EventType, type Provider } from '@kelp/contract-event';

/** What can be made of a message, in words that are the same for all providers; each reports some of them. */
export const sampleMeanings = {
  accepted: EventType.ACCEPTED,
  deferred: EventType.DEFERRED,
  delivered: EventType.DELIVERED,
  bounce: EventType.BOUNCED,
  reject: EventType.REJECTED,
  failed: EventType.FAILED,
  open: EventType.OPENED,
  click: EventType.CLICKED,
  complaint: EventType.COMPLAINED,
  unsubscribe: EventType.UNSUBSCRIBED,
  resubscribe: EventType.RESUBSCRIBED,
  autoresponse: EventType.AUTORESPONDED,
} as const;
export type SampleKind = keyof typeof sampleMeanings;

/** The message that something happens to, and what the sender attached to it. */
export interface SampleMessage {
  readonly recipient: string;
  /** The provider's identifier of the message; each writes it in its own form. */
  readonly id: string;
  /** The identifier of what happens to it. */
  readonly eventId: string;
  /** When it happens. */
  readonly at: Date;
  /** What the sender attached: `kelp_template` and `kelp_version`, and whatever else. */
  readonly custom: Readonly<Record<string, string>>;
}

/** What proves the requests of one connection: the fields that the connection takes, and what signs. */
export interface SampleProof {
  readonly verificationKeys: readonly string[];
  readonly secrets: readonly string[];
  readonly topicArns: readonly string[];
  /** The key of which Kelp has the public half: a PKCS #8 PEM. */
  readonly privateKey?: string;
}

/** A request as the provider makes it. */
export interface SampleRequest {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What one provider posts. */
export interface SampleProvider {
  readonly provider: Provider;
  /** Its part of the webhook's address. */
  readonly path: string;
  /** The types that it reports, in their common words. */
  readonly kinds: readonly SampleKind[];
  /** How many events a request of it holds at the most. */
  readonly batchMax: number;
  /** Something new that proves its requests. */
  newProof(): SampleProof;
  /** One event, in the provider's form. @param kind one of `kinds` */
  event(kind: SampleKind, message: SampleMessage): object;
  /**
   * A request with these events, signed.
   * @param url the webhook's whole address: some sign it, some show a secret in it
   */
  request(events: readonly object[], proof: SampleProof, url: string, at: Date): SampleRequest;
}

/** The details of a kind. @throws where the provider does not report it */
export function detailsOf<T>(details: Partial<Record<SampleKind, T>>, kind: SampleKind): T {
  const found = details[kind];
  if (found === undefined) throw new Error(`This provider does not report "${kind}".`);
  return found;
}

/** The only event of a request. @throws where there are none or more */
export function onlyEvent(events: readonly object[]): object {
  const [event, ...others] = events;
  if (!event || others.length > 0) throw new Error('A request of this provider holds exactly one event.');
  return event;
}

export const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);

export const words = {
  delivered: '250 2.0.0 OK 1730112345 d9443c01a7336-20bc0187f2asi1045 - gsmtp',
  deferred: '451 4.7.1 Greylisting in action, please come back later',
  bounce: '550 5.1.1 The email account that you tried to reach does not exist.',
  browser:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  link: 'https://shop.example.com/produkte/äpfel-&-birnen?ref=mail&q="süß"',
} as const;
