import type { ListSecretKeysResponse, ResealSecretsResponse } from '@kelp/contract-account';
import type { Logger } from '@kelp/telemetry';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { isAway } from '../database-failure.js';
import type { SealedStore } from './sealed-store.js';
import type { SecretBox } from './secret-box.js';

const BATCH = 200;
const AT_ONCE = 10_000;
/** Processes of the release before have ended by then: they would not find what is sealed. */
const FIRST_MS = 5 * 60_000;

/** Keeps what is sealed in the database in order: no key is missing, and everything is sealed with the current one. */
@Injectable()
export class Keyring implements OnModuleInit, OnApplicationShutdown {
  readonly #timer = setInterval(() => void this.sealRest(), FIRST_MS).unref();
  #stopped = false;

  /** @param stores everything that is sealed */
  constructor(
    private readonly box: SecretBox,
    private readonly stores: readonly SealedStore[],
    private readonly log: Logger,
  ) {}

  /** @throws where SECRET_KEYS lacks a key that is needed: what it sealed would be lost without a word */
  async onModuleInit(): Promise<void> {
    const known = new Set(this.box.keyIds);
    for (const [keyId, secrets] of await this.counts())
      if (keyId && !known.has(keyId))
        throw new Error(
          `SECRET_KEYS lacks the key "${keyId}", with which ${secrets} secrets are sealed. Put it back; "secrets rotate" seals them anew.`,
        );
  }

  onApplicationShutdown(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
  }

  /** Which keys there are, and how much each of them still seals. */
  async list(): Promise<ListSecretKeysResponse> {
    const counts = await this.counts();
    const keys = this.box.keyIds.map((keyId, index) => ({
      keyId,
      current: index === 0,
      secrets: BigInt(counts.get(keyId) ?? 0),
    }));
    return { keys, unsealedSecrets: BigInt(counts.get('') ?? 0) };
  }

  /** Seals what the current key has not sealed, at most so much: who calls again goes on where this ended. */
  async reseal(limit = AT_ONCE): Promise<ResealSecretsResponse> {
    let resealed = 0;
    const broken: string[] = [];
    for (const store of this.stores) {
      let after = '';
      while (resealed < limit && !this.#stopped) {
        const batch = await store.reseal(after, Math.min(BATCH, limit - resealed));
        resealed += batch.resealed;
        broken.push(...batch.broken);
        if (batch.last === undefined) break;
        after = batch.last;
      }
    }
    for (const secret of broken) this.log.error({ secret }, 'a secret cannot be opened: it was changed or moved');
    const counts = await this.counts();
    const [current] = this.box.keyIds;
    let remaining = 0;
    for (const [keyId, secrets] of counts) if (keyId !== current) remaining += secrets;
    return { resealed: BigInt(resealed), remaining: BigInt(remaining), broken };
  }

  /** Seals what an earlier release has left unsealed. */
  private async sealRest(): Promise<void> {
    try {
      if (((await this.counts()).get('') ?? 0) === 0) return;
      const { resealed } = await this.reseal();
      this.log.info({ resealed }, 'sealed what was not');
    } catch (error) {
      if (!isAway(error)) this.log.error({ err: error }, 'could not seal what is not');
    }
  }

  private async counts(): Promise<Map<string, number>> {
    const sums = new Map<string, number>();
    for (const store of this.stores)
      for (const [keyId, secrets] of await store.count()) sums.set(keyId, (sums.get(keyId) ?? 0) + secrets);
    return sums;
  }
}
