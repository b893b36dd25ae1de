const PAGE_SIZE_DEFAULT = 50;
const PAGE_SIZE_MAX = 1000;

/** How many rows a page holds: the request's `page_size` within 1 to 1,000, 50 where it is 0. */
export const pageSizeOf = (pageSize: number): number =>
  pageSize <= 0 ? PAGE_SIZE_DEFAULT : Math.min(pageSize, PAGE_SIZE_MAX);

/** A page token that no list gave, or another list's. */
export class InvalidPageToken extends Error {
  override readonly name = 'InvalidPageToken';
}

/**
 * A page token: where the next page starts, bound to the list that it was made for.
 * @param list names the list with its filters, such as `organizations/o/connections`
 */
export const encodePageToken = (list: string, position: string): string =>
  Buffer.from(JSON.stringify([list, position])).toString('base64url');

/**
 * The position in a page token, undefined in an empty one.
 * @throws InvalidPageToken
 */
export function decodePageToken(list: string, token: string): string | undefined {
  if (token === '') return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (Array.isArray(parts) && parts[0] === list && typeof parts[1] === 'string') return parts[1];
  } catch (error) {
    throw new InvalidPageToken('The page token cannot be read.', { cause: error });
  }
  throw new InvalidPageToken('The page token was made for another list.');
}
