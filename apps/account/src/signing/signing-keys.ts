import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { isAway } from '../database-failure.js';
import type { Resealed, SealedStore } from '../secrets/sealed-store.js';
import { keyIdOf, type SecretBox } from '../secrets/secret-box.js';
import type { NewSigningKey, SigningKeyRepository, StoredSigningKey } from './signing-key.repository.js';

/** A key that signs now. */
export interface CurrentKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
}

/** A new key signs only after everybody has heard of it. */
const SIGNS_AFTER_MS = 10_000;
/** How long what was read is relied on: a key that was made elsewhere signs here a little later. */
const FRESH_MS = 30_000;
/** What stands before the 32 bytes of an Ed25519 public key in SPKI. Source: RFC 8410. */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export const publicKeyOf = (raw: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: 'der', type: 'spki' });

/** Signs for this service: tokens, and checkpoints of audit logs. Keys that have signed once verify for ever. */
@Injectable()
export class SigningKeys implements SealedStore, OnModuleInit {
  #keys: StoredSigningKey[] = [];
  #readAt = 0;
  /** The one that signs, ready to do so. */
  #opened: CurrentKey | undefined;

  constructor(
    private readonly repository: SigningKeyRepository,
    private readonly box: SecretBox,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.repository.addFirst(this.newKey());
    await this.read();
  }

  async count(): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>();
    for (const { sealedPrivateKey } of await this.repository.list()) {
      const keyId = keyIdOf(sealedPrivateKey);
      sums.set(keyId, (sums.get(keyId) ?? 0) + 1);
    }
    return sums;
  }

  /** All at once: there are few. */
  async reseal(): Promise<Resealed> {
    let resealed = 0;
    const broken: string[] = [];
    for (const { keyId, sealedPrivateKey: before } of await this.repository.list()) {
      if (this.box.isCurrent(before)) continue;
      try {
        const after = this.box.seal(this.box.open(before, placeOf(keyId)), placeOf(keyId));
        if (await this.repository.reseal(keyId, before, after)) resealed++;
      } catch (error) {
        if (isAway(error)) throw error;
        broken.push(placeOf(keyId));
      }
    }
    await this.read();
    return { resealed, broken, last: undefined };
  }

  /**
   * Makes a new key, which signs from a few seconds on.
   * @param revokeEarlier refuses tokens that earlier keys have signed; the new one signs at once
   */
  async rotate(revokeEarlier = false): Promise<string> {
    const earlier = await this.repository.list();
    const key = this.newKey();
    await this.repository.add(key);
    if (revokeEarlier) await this.repository.endTokens(earlier.map(({ keyId }) => keyId));
    await this.read();
    return key.keyId;
  }

  /** Those that verify tokens, newest first. */
  async tokenKeys(): Promise<StoredSigningKey[]> {
    await this.read();
    return this.#keys.filter(({ tokenEndTime }) => tokenEndTime === null);
  }

  /** Ends the keys whose successor has been signing for so long that none of their tokens is left. */
  async endReplaced(tokenMs: number): Promise<void> {
    const keys = await this.tokenKeys();
    const replaced = keys.findIndex(
      ({ createTime }) => createTime.getTime() <= Date.now() - SIGNS_AFTER_MS - FRESH_MS - tokenMs,
    );
    if (replaced >= 0) await this.repository.endTokens(keys.slice(replaced + 1).map(({ keyId }) => keyId));
  }

  /** The key that signs now. */
  async current(): Promise<CurrentKey> {
    if (Date.now() - this.#readAt > FRESH_MS) await this.read();
    const good = this.#keys.filter(({ tokenEndTime }) => tokenEndTime === null);
    const known = (key: StoredSigningKey) => key.createTime.getTime() <= Date.now() - SIGNS_AFTER_MS;
    const { keyId, sealedPrivateKey } = good.find(known) ?? good.at(-1) ?? this.#keys[0]!;
    if (this.#opened?.keyId === keyId) return this.#opened;
    const der = Buffer.from(this.box.open(sealedPrivateKey, placeOf(keyId)), 'base64');
    this.#opened = { keyId, privateKey: createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }) };
    return this.#opened;
  }

  /** Signs a text. */
  async sign(text: string): Promise<{ keyId: string; signature: Buffer }> {
    const { keyId, privateKey } = await this.current();
    return { keyId, signature: sign(null, Buffer.from(text), privateKey) };
  }

  /** Whether one of these keys signed this text. */
  async verify(text: string, keyId: string, signature: Uint8Array): Promise<boolean> {
    if (!this.#keys.some((key) => key.keyId === keyId)) await this.read();
    const key = this.#keys.find((one) => one.keyId === keyId);
    return key !== undefined && verify(null, Buffer.from(text), publicKeyOf(key.publicKey), signature);
  }

  private async read(): Promise<void> {
    this.#keys = await this.repository.list();
    this.#readAt = Date.now();
  }

  private newKey(): NewSigningKey {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const keyId = randomBytes(8).toString('hex');
    const secret = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length);
    return { keyId, publicKey: new Uint8Array(raw), sealedPrivateKey: this.box.seal(secret, placeOf(keyId)) };
  }
}

const placeOf = (keyId: string): string => `signing_key/${keyId}`;
