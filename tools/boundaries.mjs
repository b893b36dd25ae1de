/**
 * Who may import and call whom. A new edge between services starts here, in review: lint enforces it, servers enforce
 * it from the caller's certificate, and `nx graph` draws it.
 */

/** Which services each service calls. */
export const calls = {
  account: [],
  analytics: [],
  ingest: ['account', 'template', 'analytics'],
  template: [],
};

/** Who else may call every service, with a certificate of this name: people at a terminal, and the demo. */
export const operators = ['developer'];

/** Contracts that name no service: messages that several contracts share. */
export const vocabularies = ['google', 'grpc', 'event', 'stream'];

/** Where a contract's protos are, below `proto/`. */
export const protoFolder = (contract) =>
  ['google', 'grpc'].includes(contract) ? contract : `kelp/${contract}/v1`;

/** The services that may call `service`, by the name in their certificate. */
export const callersOf = (service) => [
  ...Object.keys(calls).filter((caller) => calls[caller].includes(service)),
  ...operators,
];

const shared = ['type:vocabulary', 'type:platform', 'type:util', 'type:testing'];
const contractOf = (service) => `contract:${service}`;

const layers = [
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:contract', ...shared] },
  {
    sourceTag: 'type:contract',
    onlyDependOnLibsWithTags: ['type:vocabulary'],
    allowedExternalImports: ['@bufbuild/protobuf/*'],
  },
  {
    sourceTag: 'type:vocabulary',
    onlyDependOnLibsWithTags: ['type:vocabulary'],
    allowedExternalImports: ['@bufbuild/protobuf/*'],
  },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: shared },
  {
    sourceTag: 'type:util',
    onlyDependOnLibsWithTags: ['type:util'],
    bannedExternalImports: ['@nestjs/*', '@grpc/*', '@prisma/*'],
  },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:platform', 'type:util', 'type:vocabulary'] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:contract', ...shared] },
];

const edges = Object.entries(calls).map(([service, callees]) => ({
  sourceTag: `app:${service}`,
  onlyDependOnLibsWithTags: [...shared, ...[service, ...callees].map(contractOf)],
}));

/** The rules of `@nx/enforce-module-boundaries`. */
export const depConstraints = [...layers, ...edges];
