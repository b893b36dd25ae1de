const NAME = /^organizations\/[^/\s]+(\/[A-Za-z]+\/[^/\s]+)*$/;
/** Names stand near the top of a message. What is deeper is content, such as the data of a template. */
const DEPTH_MAX = 3;

/** Every name of an organization's resource in a request, in the order in which they stand there. */
export function* namesIn(message: unknown, depth = 0): Generator<string> {
  if (typeof message === 'string') {
    if (message.startsWith('organizations/') && NAME.test(message)) yield message;
    return;
  }
  if (typeof message !== 'object' || message === null || ArrayBuffer.isView(message) || message instanceof Date) return;
  if (Array.isArray(message)) {
    for (const item of message) yield* namesIn(item, depth);
    return;
  }
  if (depth >= DEPTH_MAX) return;
  for (const value of Object.values(message)) yield* namesIn(value, depth + 1);
}
