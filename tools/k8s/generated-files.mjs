import { stringify } from 'yaml';
import { callersOf, calls } from '../boundaries.mjs';
import { dashboard } from './dashboards.mjs';

/** Where every service listens for gRPC. */
const GRPC_PORT = 50051;
const NAMESPACE = 'kelp';
const NAME = 'app.kubernetes.io/name';

const services = Object.keys(calls);
const edges = services.flatMap((caller) => Object.keys(calls[caller]).map((callee) => [caller, callee]));

const header = '# Generated from tools/boundaries.mjs by `npm run gen`: change it there.\n';

/** Who may call a service, and where those are that it calls. */
const environment = (service) =>
  [
    `CALLERS=${callersOf(service).join(',')}`,
    ...Object.keys(calls[service]).map((callee) => `${callee.toUpperCase()}_ADDRESS=dns:///${callee}:${GRPC_PORT}`),
  ].join('\n');

const policy = (name, service, spec) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: NAMESPACE },
  spec: { podSelector: { matchLabels: { [NAME]: service } }, ...spec },
});

const podOf = (service) => ({ podSelector: { matchLabels: { [NAME]: service } } });

/** An edge of the call map takes two: one lets the caller out, the other lets it in. */
const policiesOf = ([caller, callee]) => [
  policy(`${caller}-to-${callee}`, caller, {
    policyTypes: ['Egress'],
    egress: [{ to: [podOf(callee)], ports: [{ port: GRPC_PORT }] }],
  }),
  policy(`${callee}-from-${caller}`, callee, {
    policyTypes: ['Ingress'],
    ingress: [{ from: [podOf(caller)], ports: [{ port: GRPC_PORT }] }],
  }),
];

/** A service reaches its own database, and no other: CloudNativePG labels the pods of a cluster with its name. */
const databasePoliciesOf = (service) => {
  const database = { podSelector: { matchLabels: { 'cnpg.io/cluster': `${service}-database` } } };
  return [
    policy(`${service}-to-database`, service, {
      policyTypes: ['Egress'],
      egress: [{ to: [database], ports: [{ port: 5432 }] }],
    }),
    {
      ...policy(`${service}-database`, service, {}),
      spec: {
        ...database,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [
          { from: [podOf(service), database], ports: [{ port: 5432 }] },
          { from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } } }] },
        ],
        // The instances copy from each other, and ask the API server who leads them.
        egress: [
          { to: [database], ports: [{ port: 5432 }, { port: 8000 }] },
          { ports: [{ port: 443 }, { port: 6443 }] },
        ],
      },
    },
  ];
};

/** By the name in its certificate a service is known to those that it calls. */
const certificateOf = (service) => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: service, namespace: NAMESPACE },
  spec: {
    secretName: `${service}-tls`,
    duration: '24h',
    renewBefore: '8h',
    privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
    usages: ['digital signature', 'server auth', 'client auth'],
    dnsNames: [service],
    uris: [`spiffe://kelp/ns/${NAMESPACE}/sa/${service}`],
    issuerRef: { kind: 'Issuer', name: 'kelp' },
  },
});

const documents = (objects) => header + objects.map((object) => stringify(object)).join('---\n');

/** Who calls whom, for people. */
const serviceMap = () =>
  `<!-- Generated from tools/boundaries.mjs by \`npm run gen\`: change it there. -->\n# Who calls whom\n\n\`\`\`mermaid\ngraph LR\n${edges
    .map(([caller, callee]) => `  ${caller} -- ${calls[caller][callee].join(', ')} --> ${callee}`)
    .join('\n')}\n\`\`\`\n`;

/** What of `k8s/` follows from the call map and the dashboards: text by path. */
export const generatedFiles = () => ({
  ...Object.fromEntries(
    services.map((service) => [`base/generated/${service}.env`, `${header}${environment(service)}\n`]),
  ),
  'components/network-policies/generated.yaml': documents([
    ...edges.flatMap(policiesOf),
    ...services.flatMap(databasePoliciesOf),
  ]),
  'components/mutual-tls/generated.yaml': documents(services.map(certificateOf)),
  'service-map.md': serviceMap(),
  ...Object.fromEntries(
    services.map((service) => [
      `components/monitoring/dashboards/${service}.json`,
      `${JSON.stringify(dashboard(service), null, 2)}\n`,
    ]),
  ),
});
