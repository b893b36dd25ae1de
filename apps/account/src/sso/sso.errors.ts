import { refuse } from '../account.errors.js';

export const identityProviderNotFound = (provider: string) =>
  refuse.notFound('IDENTITY_PROVIDER_NOT_FOUND', `Identity provider "${provider}" does not exist.`, {
    metadata: { identity_provider: provider },
  });

export const identityProviderUnavailable = (provider: string, cause: unknown) =>
  refuse.unavailable(
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'The identity provider is away, or does not say what it has to.',
    { metadata: { identity_provider: provider }, cause },
  );

export const domainNotFound = (domain: string) =>
  refuse.notFound('DOMAIN_NOT_FOUND', `Domain "${domain}" does not exist.`, { metadata: { domain } });

export const domainExists = (domain: string) =>
  refuse.alreadyExists('DOMAIN_EXISTS', 'The organization has claimed this domain already.', { metadata: { domain } });

export const domainNotProved = (domain: string, txtName: string) =>
  refuse.failedPrecondition('DOMAIN_NOT_PROVED', `The DNS does not say at "${txtName}" what it has to.`, {
    metadata: { domain, txt_name: txtName },
  });

export const domainTaken = (domain: string) =>
  refuse.failedPrecondition('DOMAIN_TAKEN', 'Another organization has proved this domain.', { metadata: { domain } });
