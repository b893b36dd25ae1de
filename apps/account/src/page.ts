import { decodePageToken, encodePageToken, InvalidPageToken, isUuid, pageSizeOf } from '@kelp/resource';
import { invalidPageToken } from './account.errors.js';

/** A place in a list that goes from the oldest to the newest: that of one resource. */
export interface Position {
  readonly createTime: Date;
  /** The last part of its name. */
  readonly id: string;
}

interface Item {
  readonly name: string;
  readonly createTime: Date | undefined;
}

/**
 * One page of a list, and the token of the next one, empty where there is none.
 * @param list names the list: page tokens of other lists are refused
 * @param read at most `limit` items behind a position, from the start where there is none
 * @throws INVALID_PAGE_TOKEN
 */
export async function pageOf<T extends Item>(
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
  list: string,
  read: (after: Position | undefined, limit: number) => Promise<T[]>,
): Promise<{ items: T[]; nextPageToken: string }> {
  const size = pageSizeOf(pageSize);
  const items = await read(positionIn(list, pageToken), size + 1);
  if (items.length <= size) return { items, nextPageToken: '' };
  items.pop();
  return { items, nextPageToken: encodePageToken(list, format(items.at(-1)!)) };
}

function positionIn(list: string, token: string): Position | undefined {
  try {
    const position = decodePageToken(list, token);
    return position === undefined ? undefined : parse(position);
  } catch (error) {
    throw error instanceof InvalidPageToken ? invalidPageToken(error) : error;
  }
}

const format = ({ createTime, name }: Item): string => `${createTime?.toISOString()} ${name.split('/').at(-1)}`;

function parse(position: string): Position {
  const [time = '', id = ''] = position.split(' ');
  const createTime = new Date(time);
  if (Number.isNaN(createTime.getTime()) || !isUuid(id))
    throw new InvalidPageToken('The page token holds no position.');
  return { createTime, id };
}
