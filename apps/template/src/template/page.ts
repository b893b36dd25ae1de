import { decodePageToken, encodePageToken, InvalidPageToken, pageSizeOf } from '@kelp/resource';
import { invalidPageToken } from './template.errors.js';

export interface PageRequest {
  readonly pageSize: number;
  readonly pageToken: string;
}

/** How a list is read, page by page. */
export interface Listing<Item, Position> {
  /** Names the list: page tokens of other lists are refused. */
  readonly list: string;
  /** Reads at most `limit` items behind a position, from the start where there is none. */
  read(after: Position | undefined, limit: number): Promise<Item[]>;
  /** Where an item stands in the list, for a page token. */
  format(item: Item): string;
  /** Undefined where it is no position. */
  parse(position: string): Position | undefined;
}

/** One page of a list, and the token of the next one, empty where there is none. @throws INVALID_PAGE_TOKEN */
export async function pageOf<Item, Position>(
  { pageSize, pageToken }: PageRequest,
  listing: Listing<Item, Position>,
): Promise<{ items: Item[]; nextPageToken: string }> {
  const size = pageSizeOf(pageSize);
  const items = await listing.read(positionIn(pageToken, listing), size + 1);
  if (items.length <= size) return { items, nextPageToken: '' };
  items.pop();
  return { items, nextPageToken: encodePageToken(listing.list, listing.format(items.at(-1)!)) };
}

function positionIn<Position>(
  token: string,
  { list, parse }: Pick<Listing<never, Position>, 'list' | 'parse'>,
): Position | undefined {
  try {
    const position = decodePageToken(list, token);
    if (position === undefined) return undefined;
    const parsed = parse(position);
    if (parsed === undefined) throw new InvalidPageToken('The page token holds no position.');
    return parsed;
  } catch (error) {
    if (error instanceof InvalidPageToken) throw invalidPageToken(error);
    throw error;
  }
}
