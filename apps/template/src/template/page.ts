import { decodePageToken, encodePageToken, InvalidPageToken, isUuid, pageSizeOf } from '@kelp/resource';
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

/** A place in a list that is ordered by time: that of the item created then, with this UUID. */
export interface TimePosition {
  readonly createTime: Date;
  readonly id: string;
}

/** How a list says where its items stand that is ordered by time. */
export const byTime = {
  format: ({ createTime, id }: TimePosition): string => `${createTime.toISOString()} ${id}`,
  parse: (position: string): TimePosition | undefined => {
    const [time = '', id = ''] = position.split(' ');
    const createTime = new Date(time);
    return isUuid(id) && !Number.isNaN(createTime.getTime()) ? { createTime, id } : undefined;
  },
};

/** The same of a list that is ordered by numbers from 1. */
export const byNumber = {
  format: String as (number: number) => string,
  parse: (position: string): number | undefined => (/^\d{1,9}$/.test(position) ? Number(position) : undefined),
};

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
