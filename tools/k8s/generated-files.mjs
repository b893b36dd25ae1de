import { callersOf, calls } from '../boundaries.mjs';

/** Where every service listens for gRPC. */
const GRPC_PORT = 50051;

const header = '# Generated from tools/boundaries.mjs by `npm run gen`: change it there.\n';

/** Who may call a service, and where those are that it calls. */
const environment = (service) =>
  [
    `CALLERS=${callersOf(service).join(',')}`,
    ...Object.keys(calls[service]).map((callee) => `${callee.toUpperCase()}_ADDRESS=dns:///${callee}:${GRPC_PORT}`),
  ].join('\n');

/** What of `k8s/` follows from the call map: text by path. */
export const generatedFiles = () =>
  Object.fromEntries(
    Object.keys(calls).map((service) => [`base/generated/${service}.env`, `${header}${environment(service)}\n`]),
  );
