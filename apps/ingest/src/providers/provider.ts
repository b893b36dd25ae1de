import type { IncomingHttpHeaders } from 'node:http';
import type { Connection } from '@kelp/contract-account';
import type { Event, Provider } from '@kelp/contract-event';
import type { DeadLetterKind, ErrorReason } from '@kelp/contract-ingest';

/** A request of a provider, read to its end and within all limits. */
export interface WebhookRequest {
  readonly method: string;
  /** Path and query, as they came: some providers sign them. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The body as it travelled. */
  readonly rawBody: Buffer;
  /** The body without its `Content-Encoding`; the same as `rawBody` where there is none. */
  readonly body: Buffer;
  /** When it came in, in milliseconds since 1970-01-01 UTC. */
  readonly receivedAtMs: number;
}

/** What a connection's owner gave to prove its requests. */
export type Proof = Pick<Connection, 'verificationKeys' | 'secrets' | 'topicArns'>;

/** What adapters may ask of the world: they do no I/O themselves. */
export interface Outside {
  /**
   * Gets a small text over HTTPS.
   * @param url of a host that the adapter pinned
   * @throws OutsideUnavailable
   */
  fetchText(url: URL): Promise<string>;
}

/** What was asked of the world did not come, or was not what it should be. */
export class OutsideUnavailable extends Error {
  override readonly name = 'OutsideUnavailable';
}

/** Whether the provider itself made the request. That it did not is an expected outcome, not an error. */
export type Verification = { readonly valid: true } | { readonly valid: false; readonly message: string };

/** Verifies requests with the proofs of one connection, which it holds ready to use. */
export type Verify = (request: WebhookRequest, outside: Outside) => Verification | Promise<Verification>;

/**
 * What a provider's event says, in the contract's fields and within their limits: an `Event` without what only the
 * connection knows. It is a shape of its own because it holds the recipient's address in plain, which must not travel.
 */
export interface EventDetails
  extends Omit<
    Event,
    | 'eventId'
    | 'receivedAtUs'
    | 'organizationId'
    | 'connectionId'
    | 'provider'
    | 'messageId'
    | 'recipientHash'
    | 'recipientDomain'
    | 'templateId'
    | 'workspaceId'
    | 'recipientAmbiguous'
  > {
  /** Whether the provider does not say which of several recipients it was: no, where absent. */
  readonly recipientAmbiguous?: boolean;
  /** Tells the event from all others of its connection and type, and is the same when it is posted again. */
  readonly dedupeKey: string;
  /** The recipient's address as the provider wrote it. */
  readonly recipient: string;
  /** The template that was sent, a UUID in its canonical form; empty where none is named. */
  readonly template: string;
}

/** What cannot be handled, and why. */
export interface Unreadable {
  readonly kind: DeadLetterKind;
  /** What is wrong, in a sentence. */
  readonly problem: string;
}

/**
 * One event of a request. The filter decides by its first two fields, so that the many that are thrown away cost nothing
 * more.
 */
export interface ReportedEvent {
  /**
   * Its canonical type; UNKNOWN where the provider's type has none; UNSPECIFIED where the provider documents it as
   * something else than an event of a message, so that nobody wants it.
   */
  readonly type: Event['type'];
  /** The template that was sent, a UUID in its canonical form; empty where none is named. */
  readonly template: string;
  /** Reads the rest of it. */
  read(): EventDetails | Unreadable;
  /** The event as it came, for a dead letter. */
  raw(): Buffer;
}

/** An element of a request in which no event can be seen. */
export interface UnreadableElement extends Unreadable {
  raw(): Buffer;
}

/** What a body holds; or that it is not what the provider documents, so that nothing in it can be told apart. */
export type Parsed =
  | { readonly valid: true; readonly elements: Iterable<ReportedEvent | UnreadableElement> }
  | { readonly valid: false; readonly message: string };

/** A reason with which webhooks are refused, as the contract spells it. */
export type RefusalReason = Extract<
  keyof typeof ErrorReason,
  | 'CONNECTION_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'BODY_INVALID'
  | 'BODY_TOO_LARGE'
  | 'BODY_UNSUPPORTED'
  | 'QUEUE_UNAVAILABLE'
  | 'METHOD_UNKNOWN'
  | 'NOT_READY'
  | 'ADDRESS_NOT_ALLOWED'
  | 'CONFIRMATION_FAILED'
  | 'RATE_LIMITED'
>;

/** What became of a request. */
export type Outcome = 'accepted' | RefusalReason;

/** How an outcome is told to the provider. */
export interface Answer {
  /** The HTTP status, in the provider's vocabulary: whether it sends again is up to this number. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * All that Kelp knows of one provider: a folder with one of these, without I/O. What differs between providers is here,
 * and nowhere else: which requests it makes, what proves them, what they hold, and what it makes of a status code.
 */
export interface ProviderAdapter {
  readonly provider: Provider;
  /** Its part of the webhook's address: `/v1/webhooks/{path}/{connection}`. */
  readonly path: string;
  /** The methods that it uses; most only POST. */
  readonly methods: readonly string[];
  /** The media types of its bodies, without parameters. A request that names none is taken at its word. */
  readonly mediaTypes: readonly string[];
  /**
   * Prepares the connection's proofs, so that none is parsed while a request waits.
   * @param proof in the connection's spelling; what cannot be read verifies nothing
   */
  verifier(proof: Proof): Verify;
  /** Takes a verified body apart. Never throws, whatever the body is. */
  parse(request: WebhookRequest): Parsed;
  /**
   * Does what a verified request asks for besides, such as confirming a subscription. Repeating it changes nothing.
   * @throws OutsideUnavailable
   */
  confirm?(request: WebhookRequest, outside: Outside): Promise<void>;
  /** How an outcome is told. */
  answer(outcome: Outcome): Answer;
  /**
   * A body that holds nothing but this element, as its `raw` gave it, so that a dead letter of it can be replayed. Absent
   * where such an element is a body already.
   */
  enclose?(raw: Buffer): Buffer;
  /**
   * For how long the provider sends a refused request again before it throws it away, in milliseconds; the shortest one
   * where its documents disagree. Absent where it does not say.
   */
  readonly patienceMs?: number;
}
