import { once } from 'node:events';
import type { SourceFrame } from '@kelp/rpc';

/** What a service streams to watchers: all that is, then each change. Tokens count the changes so far. */
export class WatchedList<Change extends { name: string }> {
  readonly #log: Change[] = [];
  readonly #news = new EventTarget();
  /** Streams that were opened, by the token that they resumed from. */
  readonly opened: string[] = [];

  constructor(private readonly isEnd: (change: Change) => boolean) {}

  push(...changes: Change[]): void {
    this.#log.push(...changes);
    this.#news.dispatchEvent(new Event('news'));
  }

  async *changes(resumeToken: string, signal: AbortSignal): AsyncGenerator<SourceFrame<Change>> {
    this.opened.push(resumeToken);
    let position = Number(resumeToken);
    if (resumeToken === '') {
      position = this.#log.length;
      const current = new Map(this.#log.map((change) => [change.name, change]));
      const items = [...current.values()].filter((change) => !this.isEnd(change));
      yield { items, resumeToken: String(position), synced: true };
    }
    while (!signal.aborted) {
      const items = this.#log.slice(position);
      position = this.#log.length;
      if (items.length > 0) yield { items, resumeToken: String(position), synced: true };
      else await once(this.#news, 'news', { signal }).catch(() => undefined);
    }
  }
}
