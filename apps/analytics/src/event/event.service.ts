import type { Event } from '@kelp/contract-event';
import { failureOf } from '../database-failure.js';
import { storeUnavailable } from '../store.errors.js';
import { unstorableEvents } from './event.errors.js';
import { EventRepository } from './event.repository.js';
import { GroupCommit } from './group-commit.js';

/** A second commit runs while the first one waits for the disk; a third one would only make the groups smaller. */
const COMMITS_MAX = 2;
const EVENTS_PER_COMMIT_MAX = 5_000;

/** Takes events in from any number of streams: what arrives together is committed together. */
export class EventService {
  private readonly group: GroupCommit<Event>;

  /** @param room settles when the counts keep up with the events: until then, nothing is committed */
  constructor(
    events: EventRepository,
    private readonly room: () => Promise<void>,
  ) {
    this.group = new GroupCommit((group: readonly Event[]) => events.append(group), {
      commitsMax: COMMITS_MAX,
      itemsMax: EVENTS_PER_COMMIT_MAX,
      blames: (error) => failureOf(error) === 'refused',
    });
  }

  /**
   * Stores events that passed `checkFrames`, each once, and settles after the commit.
   * @throws STORE_UNAVAILABLE, and then the same events again are right; INVALID_EVENT, and then none is stored
   */
  async append(events: readonly Event[]): Promise<void> {
    await this.room();
    try {
      await this.group.submit(events);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'away') throw storeUnavailable(error);
      if (failure === 'refused') throw unstorableEvents(error);
      throw error;
    }
  }
}
