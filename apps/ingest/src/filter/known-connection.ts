import type { Connection } from '@kelp/contract-account';
import type { EventType, Provider } from '@kelp/contract-event';
import { namePattern, uuidToBytes } from '@kelp/resource';
import { addressCheck } from '../providers/address-check.js';
import type { Verify } from '../providers/provider.js';
import { adapterOf } from '../providers/providers.js';
import { FilterRules } from './filter-rules.js';
import { RequestRate } from './request-rate.js';

const connectionName = namePattern('organizations/{organization}/connections/{connection}');

/** The UUID at the end of a connection's name; undefined where it is no such name. */
export const connectionIdOf = (name: string): string | undefined => connectionName.parse(name)?.connection;

/** `organizations/{organization}/connections/{connection}`. */
export const formatConnectionName = connectionName.format;

/**
 * A connection as the hot path needs it: its keys parsed, its types a set, its identifiers in bytes. A shape of its own,
 * because doing that for each request would cost more than the request.
 */
export interface KnownConnection {
  /** `organizations/{organization}/connections/{connection}`. */
  readonly name: string;
  /** The organization's UUID. */
  readonly organization: string;
  /** The connection's UUID, as the webhook's address has it. */
  readonly id: string;
  readonly organizationId: Buffer;
  readonly connectionId: Buffer;
  readonly provider: Provider;
  readonly verify: Verify;
  /** Whether its requests may come from this IP address. */
  readonly mayComeFrom: (address: string) => boolean;
  /** The types to keep; all of them where empty. */
  readonly acceptedTypes: ReadonlySet<EventType>;
  readonly knownTemplatesOnly: boolean;
  readonly rules: FilterRules;
  readonly rate: RequestRate;
}

/** @returns undefined where no request can be matched to it: a name of another kind, or a provider of a later release */
export function knownConnection(connection: Connection): KnownConnection | undefined {
  const { name, provider, allowedAddresses, filter, requestsPerSecondMax } = connection;
  const parts = connectionName.parse(name);
  const adapter = adapterOf(provider);
  if (!parts || !adapter) return undefined;
  return {
    name,
    organization: parts.organization,
    id: parts.connection,
    organizationId: uuidToBytes(parts.organization),
    connectionId: uuidToBytes(parts.connection),
    provider,
    verify: adapter.verifier(connection),
    mayComeFrom: addressCheck(allowedAddresses),
    acceptedTypes: new Set(filter?.acceptedTypes ?? []),
    knownTemplatesOnly: filter?.knownTemplatesOnly ?? false,
    rules: filter?.rules.length ? new FilterRules(filter.rules) : FilterRules.NONE,
    rate: new RequestRate(requestsPerSecondMax),
  };
}
