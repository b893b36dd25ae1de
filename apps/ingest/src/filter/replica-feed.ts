import { type Watching, type WatchOptions, watch } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { LatestSaver } from './latest-saver.js';
import type { Replica } from './replica.js';
import type { StateFile } from './state-file.js';
import type { ChangesCodec, Table } from './table.js';

export interface ReplicaFeedOptions<Change, T extends Table<Change>> {
  /** What is copied, for people: `connections`. */
  readonly what: string;
  readonly replica: Replica<Change, T>;
  readonly codec: ChangesCodec<Change>;
  /** Where the copy is kept over restarts. */
  readonly file: StateFile;
  /** Opens the other service's watch stream. */
  readonly open: WatchOptions<Change>['open'];
  readonly log: Logger;
}

/**
 * Keeps a replica like its original: starts from disk, follows the watch stream from there, and writes down what it has
 * with the token that belongs to it. While the original is away, what was known last goes on serving.
 */
export class ReplicaFeed<Change, T extends Table<Change>> {
  #watching: Watching | undefined;
  readonly #saver: LatestSaver;

  constructor(private readonly options: ReplicaFeedOptions<Change, T>) {
    const { what, log } = options;
    this.#saver = new LatestSaver(
      () => this.save(),
      (error) => log.error({ err: error, what }, 'What the filter knows could not be saved.'),
    );
  }

  /** Resolves once what is on disk serves; the stream follows in the background. */
  async start(): Promise<void> {
    const { what, replica, open, log } = this.options;
    await this.load();
    this.#watching = watch<Change>({
      open,
      resumeToken: replica.resumeToken,
      apply: async (frame) => {
        const before = replica.current;
        if (!replica.apply(frame)) return;
        if (replica.current !== before)
          log.info({ what, known: replica.current.size }, 'The filter has a new snapshot.');
        if (frame.items.length > 0 || frame.reset) this.#saver.changed();
      },
      onReconnect: (error) => log.warn({ what, code: error.code, reason: error.reason }, error.message),
    });
  }

  async stop(): Promise<void> {
    await this.#watching?.close();
    await this.#saver.close();
  }

  private async load(): Promise<void> {
    const { what, replica, codec, file, log } = this.options;
    try {
      const bytes = await file.read();
      if (!bytes) return;
      replica.apply({ ...codec.decode(bytes), reset: true });
      log.info({ what, known: replica.current.size }, 'The filter has what it knew before.');
    } catch (error) {
      // A snapshot will replace it; until then nothing is served from it.
      log.error({ err: error, what }, 'What the filter knew before cannot be read.');
    }
  }

  private async save(): Promise<void> {
    const { replica, codec, file } = this.options;
    const { current, resumeToken } = replica;
    const frame = { firstSequence: 0n, items: [...current.changes()], resumeToken, synced: true };
    await file.write(codec.encode(frame).finish());
  }
}
