import { AccountContract } from '@kelp/contract-account';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { IngestContract } from '@kelp/contract-ingest';
import { TemplateContract } from '@kelp/contract-template';
import { type Channel, client } from '@kelp/rpc';
import type { ServiceName } from '@kelp/stack';

/** Typed clients of the four services, such as a stack's with the developer's certificate. */
export const clientsOf = (stack: { channel(service: ServiceName): Channel }) => ({
  accounts: client(AccountContract, stack.channel('account')),
  templates: client(TemplateContract, stack.channel('template')),
  analytics: client(AnalyticsContract, stack.channel('analytics')),
  ingest: client(IngestContract, stack.channel('ingest')),
});
export type Clients = ReturnType<typeof clientsOf>;
