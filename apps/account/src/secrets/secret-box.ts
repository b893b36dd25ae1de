import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A key that secrets are encrypted with, and what it is called in what it encrypted. */
export interface SecretKey {
  readonly id: string;
  /** 32 bytes. */
  readonly key: Buffer;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MARK = 'sealed1';

/**
 * The keys in a setting: `id:64 hexadecimal digits`, separated by commas. The first one encrypts, all of them decrypt.
 * @throws where it is not that, completing "must be …"
 */
export function parseSecretKeys(text: string): SecretKey[] {
  const keys = text.split(',').map((one) => {
    const [, id, digits] = /^\s*([A-Za-z0-9-]{1,32}):([0-9a-fA-F]{64})\s*$/.exec(one) ?? [];
    if (!id || !digits) throw new Error('keys, each id:64 hexadecimal digits, separated by commas');
    return { id, key: Buffer.from(digits, 'hex') };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length) throw new Error('keys with an id of their own each');
  return keys;
}

/** The id of the key that sealed something; empty where it is not sealed. */
export function keyIdOf(sealed: string): string {
  const [mark, id = ''] = sealed.split('.');
  return mark === MARK ? id : '';
}

/**
 * Encrypts secrets that are kept in the database with keys that are not (AES-256-GCM). Each is bound to its place, so that
 * it cannot be moved to where somebody may read it. How keys change: decision 0035.
 */
export class SecretBox {
  readonly #current: SecretKey;
  readonly #keys: ReadonlyMap<string, Buffer>;

  constructor(keys: readonly SecretKey[]) {
    const [current] = keys;
    if (!current || keys.some(({ key }) => key.length !== KEY_BYTES))
      throw new Error('There must be keys of 32 bytes.');
    this.#current = current;
    this.#keys = new Map(keys.map(({ id, key }) => [id, key]));
  }

  /** @param place where the secret is kept, such as `connection/<id>` */
  seal(secret: string, place: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#current.key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(place));
    const sealed = Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${MARK}.${this.#current.id}.${sealed.toString('base64url')}`;
  }

  /** @throws where it was not sealed for this place, or with a key that is not there */
  open(sealed: string, place: string): string {
    const [mark, id = '', text = ''] = sealed.split('.');
    const key = mark === MARK ? this.#keys.get(id) : undefined;
    if (!key)
      throw new Error(`The secret of ${place} was sealed with the key "${id}", which SECRET_KEYS does not have.`);
    const bytes = Buffer.from(text, 'base64url');
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }

  /** Whether it is sealed at all, and with the key that seals now. */
  isCurrent(sealed: string): boolean {
    return sealed.startsWith(this.currentPrefix);
  }

  /** How everything begins that is sealed with the key that seals now. */
  get currentPrefix(): string {
    return `${MARK}.${this.#current.id}.`;
  }

  /** The ids of all keys: the first one seals. */
  get keyIds(): string[] {
    return [...this.#keys.keys()];
  }
}
