const EARLIEST_US = BigInt(Date.UTC(2000, 0, 1)) * 1000n;
/** How far a provider's clock may be ahead of ours. */
const AHEAD_MAX_US = 86_400_000_000n;

/** Whether something may have happened then: the event store refuses what is from another century or from next week. */
export const isPlausibleTime = (occurredAtUs: bigint, receivedAtMs: number): boolean =>
  occurredAtUs >= EARLIEST_US && occurredAtUs <= BigInt(receivedAtMs) * 1000n + AHEAD_MAX_US;
