/**
 * Who may import and call whom. A new edge between services starts here, in review: lint enforces it, servers enforce
 * it from the caller's certificate, and `nx graph` draws it.
 */

/** Which RPCs of which services each service calls. */
export const calls = {
  account: {},
  analytics: {},
  ingest: { account: ['WatchConnections'], analytics: ['AppendEvents'], template: ['WatchTemplates'] },
  template: {},
};

/** Where each service listens on a developer's machine: 127.0.0.1, unless `<SERVICE>_PORT` says otherwise. */
export const ports = {
  account: 50_051,
  template: 50_052,
  analytics: 50_053,
  ingest: 50_054,
};

/** Who else may call every service, with a certificate of this name: people at a terminal, and the demo. */
export const operators = ['developer'];

/** Contracts that name no service: messages that several contracts share. */
export const vocabularies = ['google', 'grpc', 'event', 'stream', 'usage'];

/** Where a contract's protos are, below `proto/`. */
export const protoFolder = (contract) => (['google', 'grpc'].includes(contract) ? contract : `kelp/${contract}/v1`);

/** Who may call `service`: `caller/Rpc` by the name in the caller's certificate, or `caller` for every RPC. */
export const callersOf = (service) => [
  ...Object.entries(calls).flatMap(([caller, callees]) => (callees[service] ?? []).map((rpc) => `${caller}/${rpc}`)),
  ...operators,
];

const shared = ['type:wire', 'type:vocabulary', 'type:platform', 'type:util', 'type:testing'];
const contractOf = (service) => `contract:${service}`;

const layers = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:client', 'type:contract', ...shared] },
  {
    sourceTag: 'type:contract',
    onlyDependOnLibsWithTags: ['type:vocabulary', 'type:wire'],
    allowedExternalImports: [],
  },
  {
    sourceTag: 'type:vocabulary',
    onlyDependOnLibsWithTags: ['type:vocabulary', 'type:wire'],
    allowedExternalImports: [],
  },
  { sourceTag: 'type:wire', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: shared },
  // What callers of one service keep in memory: bound to its contract.
  { sourceTag: 'type:client', onlyDependOnLibsWithTags: ['type:contract', ...shared] },
  {
    sourceTag: 'type:util',
    onlyDependOnLibsWithTags: ['type:util'],
    bannedExternalImports: ['@nestjs/*', '@grpc/*', '@prisma/*'],
  },
  {
    sourceTag: 'type:testing',
    onlyDependOnLibsWithTags: ['type:testing', 'type:platform', 'type:util', 'type:vocabulary'],
  },
  {
    sourceTag: 'type:tool',
    onlyDependOnLibsWithTags: ['type:tool', 'type:client', 'type:contract', ...shared],
  },
];

const edges = Object.entries(calls).map(([service, callees]) => ({
  sourceTag: `app:${service}`,
  onlyDependOnLibsWithTags: [
    ...shared,
    ...[service, ...Object.keys(callees)].flatMap((called) => [contractOf(called), `client:${called}`]),
  ],
}));

/** The rules of `@nx/enforce-module-boundaries`. */
export const depConstraints = [...layers, ...edges];
