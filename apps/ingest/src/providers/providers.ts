import type { Provider } from '@kelp/contract-event';
import { braze } from './braze/braze.js';
import { customerio } from './customerio/customerio.js';
import { iterable } from './iterable/iterable.js';
import { mailgun } from './mailgun/mailgun.js';
import { mailjet } from './mailjet/mailjet.js';
import { mandrill } from './mandrill/mandrill.js';
import { postmark } from './postmark/postmark.js';
import type { ProviderAdapter } from './provider.js';
import { resend } from './resend/resend.js';
import { sendgrid } from './sendgrid/sendgrid.js';
import { ses } from './ses/ses.js';
import { sparkpost } from './sparkpost/sparkpost.js';

/** Every provider that Kelp speaks to. */
const adapters: readonly ProviderAdapter[] = [
  sendgrid,
  mailgun,
  postmark,
  sparkpost,
  ses,
  mandrill,
  mailjet,
  resend,
  customerio,
  iterable,
  braze,
];

const byPath = new Map(adapters.map((adapter) => [adapter.path, adapter]));
const byProvider = new Map(adapters.map((adapter) => [adapter.provider, adapter]));

/** The provider that a webhook's address names. */
export const adapterAt = (path: string): ProviderAdapter | undefined => byPath.get(path);

/** The adapter of a connection's provider; undefined where this release does not know it. */
export const adapterOf = (provider: Provider): ProviderAdapter | undefined => byProvider.get(provider);
