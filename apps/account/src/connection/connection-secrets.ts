import type { SecretBox } from '../secrets/secret-box.js';
import type { ConnectionId } from './connection.repository.js';

/** How many are remembered once they were opened: of all connections that many watchers ask for at once. */
const OPENED_MAX = 50_000;

/** Seals what only a connection's provider and Kelp know. Each box is bound to its connection, and is opened once. */
export class ConnectionSecrets {
  readonly #opened = new Map<string, readonly string[]>();

  constructor(private readonly box: SecretBox) {}

  /** Null where there are none. */
  seal(id: ConnectionId, secrets: readonly string[]): string | null {
    return secrets.length === 0 ? null : this.box.seal(JSON.stringify(secrets), placeOf(id));
  }

  /** @throws where it was not sealed for this connection, or with a key that is not there */
  open(id: ConnectionId, sealed: string | null): string[] {
    if (sealed === null) return [];
    const place = placeOf(id);
    const key = `${place} ${sealed}`;
    const known = this.#opened.get(key);
    if (known) return [...known];
    const secrets = JSON.parse(this.box.open(sealed, place)) as string[];
    if (this.#opened.size >= OPENED_MAX) this.#opened.clear();
    this.#opened.set(key, secrets);
    return [...secrets];
  }
}

const placeOf = ({ organization, connection }: ConnectionId): string =>
  `organizations/${organization}/connections/${connection}`;
