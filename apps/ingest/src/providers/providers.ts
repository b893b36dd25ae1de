import type { Provider } from '@kelp/contract-event';
import type { ProviderAdapter } from './provider.js';
import { sendgrid } from './sendgrid/sendgrid.js';

/** Every provider that Kelp speaks to. */
const adapters: readonly ProviderAdapter[] = [sendgrid];

const byPath = new Map(adapters.map((adapter) => [adapter.path, adapter]));
const byProvider = new Map(adapters.map((adapter) => [adapter.provider, adapter]));

/** The provider that a webhook's address names. */
export const adapterAt = (path: string): ProviderAdapter | undefined => byPath.get(path);

/** The adapter of a connection's provider; undefined where this release does not know it. */
export const adapterOf = (provider: Provider): ProviderAdapter | undefined => byProvider.get(provider);
