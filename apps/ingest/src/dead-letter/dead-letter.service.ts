import type { ListDeadLettersRequest, ListDeadLettersResponse } from '@kelp/contract-ingest';
import { decodePageToken, encodePageToken, isUuid, pageSizeOf } from '@kelp/resource';
import { Injectable } from '@nestjs/common';
import { invalidPageToken } from './dead-letter.errors.js';
import { DeadLetterRepository } from './dead-letter.repository.js';

/** Pages through dead letters. */
@Injectable()
export class DeadLetterService {
  constructor(private readonly deadLetters: DeadLetterRepository) {}

  async list({ kind, connection, pageSize, pageToken }: ListDeadLettersRequest): Promise<ListDeadLettersResponse> {
    const list = `deadLetters?kind=${kind}${connection && `&connection=${connection}`}`;
    const size = pageSizeOf(pageSize);
    const after = positionOf(list, pageToken);
    const found = await this.deadLetters.list({ kind, connection, size: size + 1, ...(after && { after }) });
    const deadLetters = found.slice(0, size);
    const last = deadLetters.at(-1);
    // One more was asked for: it tells whether there is another page.
    const more = found.length > size && last !== undefined;
    return { deadLetters, nextPageToken: more ? encodePageToken(list, last.name.replace('deadLetters/', '')) : '' };
  }
}

function positionOf(list: string, pageToken: string): string | undefined {
  try {
    const position = decodePageToken(list, pageToken);
    if (position === undefined || isUuid(position)) return position;
  } catch (error) {
    throw invalidPageToken(error);
  }
  throw invalidPageToken('It holds no identifier.');
}
