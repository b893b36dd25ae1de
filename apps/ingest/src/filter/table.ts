import { type ConnectionChange, ConnectionChanges } from '@kelp/contract-account';
import { type TemplateChange, TemplateChanges } from '@kelp/contract-template';
import { namePattern } from '@kelp/resource';
import { connectionIdOf, type KnownConnection, knownConnection } from './known-connection.js';

/** What another service streams, as the filter looks it up: by identifier, in memory. */
export interface Table<Change> {
  readonly size: number;
  apply(change: Change): void;
  /** The changes that would make an equal table out of an empty one. */
  changes(): Iterable<Change>;
}

/** How a table's changes are written down: as the frame that would bring them. */
export interface ChangesCodec<Change> {
  encode(frame: ChangesFrame<Change>): { finish(): Uint8Array };
  decode(bytes: Uint8Array): ChangesFrame<Change>;
}

export interface ChangesFrame<Change> {
  firstSequence: bigint;
  items: Change[];
  resumeToken: string;
  synced: boolean;
}

/** Every organization's connections. */
export class ConnectionTable implements Table<ConnectionChange> {
  static readonly codec: ChangesCodec<ConnectionChange> = ConnectionChanges;
  readonly #connections = new Map<string, ConnectionChange>();
  readonly #known = new Map<string, KnownConnection>();

  get size(): number {
    return this.#known.size;
  }

  /** @param id the connection's UUID */
  get(id: string): KnownConnection | undefined {
    return this.#known.get(id);
  }

  apply(change: ConnectionChange): void {
    const id = connectionIdOf(change.name);
    if (id === undefined) return;
    const known = change.connection && knownConnection(change.connection);
    if (known) this.#known.set(id, known);
    else this.#known.delete(id);
    // What this release cannot use is kept for the next one, which starts from the same file.
    if (change.connection) this.#connections.set(id, change);
    else this.#connections.delete(id);
  }

  changes(): Iterable<ConnectionChange> {
    return this.#connections.values();
  }
}

const templateName = namePattern('organizations/{organization}/templates/{template}');

interface PublishedTemplate {
  readonly organization: string;
  readonly version: number;
}

/** Every organization's published templates. */
export class TemplateTable implements Table<TemplateChange> {
  static readonly codec: ChangesCodec<TemplateChange> = TemplateChanges;
  readonly #published = new Map<string, PublishedTemplate>();

  get size(): number {
    return this.#published.size;
  }

  /** Whether the template is one of the organization's; both are UUIDs. */
  has(organization: string, template: string): boolean {
    return template !== '' && this.#published.get(template)?.organization === organization;
  }

  apply({ name, publishedVersion: version }: TemplateChange): void {
    const parts = templateName.parse(name);
    if (!parts) return;
    if (version > 0) this.#published.set(parts.template, { organization: parts.organization, version });
    else this.#published.delete(parts.template);
  }

  *changes(): Iterable<TemplateChange> {
    for (const [template, { organization, version: publishedVersion }] of this.#published) {
      yield { name: templateName.format({ organization, template }), publishedVersion };
    }
  }
}
