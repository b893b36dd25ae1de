/** A message of the streams: a kilobyte, of memory of its own, as what handlers answer is. */
export const makeMessage = () => ({ payload: { type: 0, body: Buffer.alloc(1_024, 'k') } });

/** How many messages a source makes at the most, so that no machine runs out of memory. */
export const STREAM_MESSAGES = 100_000;

/** How long a slow handler works on each message, in milliseconds. */
export const HANDLER_MS = 50;

/** How often work that goes on says that it does, in milliseconds. */
export const TICK_MS = 20;

/** How long what is under way may take when Kelp's server shuts down, in milliseconds. */
export const DRAIN_MS = 1_000;
