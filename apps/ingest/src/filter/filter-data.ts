import { join } from 'node:path';
import type { AccountContract } from '@kelp/contract-account';
import type { TemplateContract } from '@kelp/contract-template';
import type { Client } from '@kelp/rpc';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { KnownConnection } from './known-connection.js';
import { Replica } from './replica.js';
import { ReplicaFeed } from './replica-feed.js';
import { StateFile } from './state-file.js';
import { ConnectionTable, TemplateTable } from './table.js';

/** What the filter decides by, in memory: everybody's connections and published templates. */
@Injectable()
export class FilterData implements OnModuleInit, OnApplicationShutdown {
  readonly #connections = new Replica(() => new ConnectionTable());
  readonly #templates = new Replica(() => new TemplateTable());
  readonly #feeds: { start(): Promise<void>; stop(): Promise<void> }[];

  /** @param folder where it is kept over restarts */
  constructor(
    accounts: Client<typeof AccountContract>,
    templates: Client<typeof TemplateContract>,
    folder: string,
    log: Logger,
  ) {
    this.#feeds = [
      new ReplicaFeed({
        what: 'connections',
        replica: this.#connections,
        codec: ConnectionTable.codec,
        file: new StateFile(join(folder, 'connections.bin')),
        open: (requests, options) => accounts.watchConnections(requests, options),
        log,
      }),
      new ReplicaFeed({
        what: 'templates',
        replica: this.#templates,
        codec: TemplateTable.codec,
        file: new StateFile(join(folder, 'templates.bin')),
        open: (requests, options) => templates.watchTemplates(requests, options),
        log,
      }),
    ];
  }

  /** Whether it has had everything once, now or before a restart: before that, nothing can be decided. */
  get ready(): boolean {
    return this.#connections.complete && this.#templates.complete;
  }

  /** @param id the connection's UUID, as the webhook's address has it */
  connection(id: string): KnownConnection | undefined {
    return this.#connections.current.get(id);
  }

  get templates(): TemplateTable {
    return this.#templates.current;
  }

  get connectionsKnown(): number {
    return this.#connections.current.size;
  }

  async onModuleInit(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.start()));
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.#feeds.map((feed) => feed.stop()));
  }
}
