import { AccountContract } from '@kelp/contract-account';
import { AnalyticsContract } from '@kelp/contract-analytics';
import { IngestContract } from '@kelp/contract-ingest';
import { TemplateContract } from '@kelp/contract-template';
import { client } from '@kelp/rpc';
import type { Stack } from '@kelp/stack';

/** Typed clients of the four services, with the developer's certificate. */
export const clientsOf = (stack: Stack) => ({
  accounts: client(AccountContract, stack.channel('account')),
  templates: client(TemplateContract, stack.channel('template')),
  analytics: client(AnalyticsContract, stack.channel('analytics')),
  ingest: client(IngestContract, stack.channel('ingest')),
});
export type Clients = ReturnType<typeof clientsOf>;
