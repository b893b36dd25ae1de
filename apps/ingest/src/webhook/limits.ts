/** What a sender may use of this process. */
export interface WebhookLimits {
  /** How large a body may be, before and after decompression. */
  readonly bodyBytesMax: number;
  /** How large all bodies under way may be together. */
  readonly bodiesBytesMax: number;
  /** How much memory of bodies that are done is kept for the next ones. */
  readonly idleBytesMax: number;
  /** How many connections may be open; further ones are closed at once. */
  readonly connectionsMax: number;
  /** How long a request's headers may take to come, in milliseconds. */
  readonly headersMs: number;
  /** How long a whole request may take to come, in milliseconds. */
  readonly requestMs: number;
  /** How long a connection may wait for its next request, in milliseconds: longer than load balancers do, so that they close first. */
  readonly keepAliveMs: number;
  /** How long requests under way may take to end when the process stops, in milliseconds. */
  readonly drainMs: number;
}

const MIB = 1024 * 1024;

export const webhookLimits: WebhookLimits = {
  // SendGrid sends when it has 768 KB.
  bodyBytesMax: 4 * MIB,
  bodiesBytesMax: 256 * MIB,
  idleBytesMax: 16 * MIB,
  connectionsMax: 5_000,
  headersMs: 5_000,
  requestMs: 20_000,
  keepAliveMs: 75_000,
  drainMs: 10_000,
};
