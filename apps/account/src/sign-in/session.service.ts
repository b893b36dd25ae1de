import type { ListSessionsRequest, ListSessionsResponse, RevokeSessionRequest } from '@kelp/contract-account';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { partsOf, sessionName, userName } from '../account.names.js';
import { isAway } from '../database-failure.js';
import { pageOf } from '../page.js';
import type { SessionRepository } from './session.repository.js';
import { sessionNotFound } from './sign-in.errors.js';
import { ACCESS_MS, type TokenMinter } from './token-minter.js';

const EVERY_MS = 5 * 60_000;
/** Clocks differ. */
const SKEW_MS = 60_000;

/** What people do to sessions that there are; and forgets what has ended. */
@Injectable()
export class SessionService implements OnApplicationShutdown {
  readonly #timer = setInterval(() => void this.purge(), EVERY_MS).unref();

  constructor(
    private readonly sessions: SessionRepository,
    private readonly minter: TokenMinter,
    private readonly log: Logger,
  ) {}

  onApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async list({ parent, ...page }: ListSessionsRequest): Promise<ListSessionsResponse> {
    const id = partsOf(userName, parent, 'parent');
    const { items, nextPageToken } = await pageOf(page, `${parent}/sessions`, (after, limit) =>
      this.sessions.list(id, after, limit),
    );
    return { sessions: items, nextPageToken };
  }

  async revoke({ name }: RevokeSessionRequest): Promise<void> {
    if (!(await this.sessions.end(partsOf(sessionName, name, 'name'), 'revoked'))) throw sessionNotFound(name);
  }

  async purge(): Promise<void> {
    try {
      await this.sessions.purge(ACCESS_MS + SKEW_MS);
      await this.minter.endReplacedKeys();
    } catch (error) {
      if (!isAway(error)) this.log.error({ err: error }, 'could not forget what has ended');
    }
  }
}
