import { jetStreamNames } from '@kelp/queue';

import { type KubernetesObject, ofKind, overlays, render } from '../src/render.js';
import { calls } from '../src/tools.js';

const NAME = 'app.kubernetes.io/name';
const services = Object.keys(calls);

type Labels = Readonly<Record<string, string>>;
const matches = (labels: Labels, selector: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

const labelsOf = (workload: KubernetesObject): Labels => workload.spec.template.metadata.labels;
const podOf = (workload: KubernetesObject) => workload.spec.template.spec;
const serviceContainer = (workload: KubernetesObject) => podOf(workload).containers[0];
const portsOf = (workload: KubernetesObject): { name: string; containerPort: number }[] =>
  serviceContainer(workload).ports;
const mebibytes = (quantity: string): number => Number(/^(\d+)Mi$/.exec(quantity)![1]);

describe.each(overlays)('the overlay %s', (overlay) => {
  const objects = render(`overlays/${overlay}`);
  const deployments = ofKind(objects, 'Deployment');
  const selected = (selector: Labels) => deployments.filter((each) => matches(labelsOf(each), selector));
  const dataOf = (workload: KubernetesObject): Labels =>
    Object.assign({}, ...serviceContainer(workload).envFrom.map(({ configMapRef }: never) => configMap(configMapRef)));
  const configMap = ({ name }: { name: string }) =>
    ofKind(objects, 'ConfigMap').find(({ metadata }) => metadata.name === name)!.data;

  it('runs every service', () => {
    expect(new Set(deployments.map((each) => labelsOf(each)[NAME]))).toEqual(new Set(services));
  });

  it('names everything once', () => {
    const names = objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('selects its own pods, and no two deployments select each other’s', () => {
    for (const deployment of deployments) {
      expect(selected(deployment.spec.selector.matchLabels)).toEqual([deployment]);
    }
  });

  it('sends to ports that pods have', () => {
    for (const service of ofKind(objects, 'Service')) {
      const pods = selected(service.spec.selector);
      expect(pods).not.toEqual([]);
      for (const { targetPort } of service.spec.ports) {
        for (const pod of pods) expect(portsOf(pod).map(({ name }) => name)).toContain(targetPort);
      }
    }
  });

  it.each(deployments.map((each) => [each.metadata.name, each] as const))('lets %s run confined', (_, deployment) => {
    const pod = podOf(deployment);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(
      (Number(dataOf(deployment).DRAIN_DELAY_MS) + Number(dataOf(deployment).DRAIN_MS)) / 1_000 + 10,
    );
    for (const container of [...pod.containers, ...pod.initContainers]) {
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.resources.requests.cpu).toBeDefined();
      expect(container.resources.limits).toEqual({ memory: container.resources.requests.memory });
    }
  });

  it.each(deployments.map((each) => [each.metadata.name, each] as const))(
    'gives %s what it refers to',
    (_, deployment) => {
      const { containers, volumes, serviceAccountName } = podOf(deployment);
      const [{ env, envFrom, volumeMounts, readinessProbe, livenessProbe, startupProbe, resources }] = containers;
      expect(ofKind(objects, 'ServiceAccount').map(({ metadata }) => metadata.name)).toContain(serviceAccountName);
      for (const { configMapRef } of envFrom) expect(configMap(configMapRef)).toBeDefined();
      const names = volumes.map(({ name }: { name: string }) => name);
      for (const { name } of volumeMounts) expect(names).toContain(name);
      for (const { httpGet } of [readinessProbe, livenessProbe, startupProbe]) {
        expect(portsOf(deployment).map(({ name }) => name)).toContain(httpGet.port);
      }
      expect(livenessProbe.httpGet).not.toEqual(readinessProbe.httpGet);
      // What is set twice is set differently sooner or later.
      const twice = env.filter(({ name }: { name: string }) => name in dataOf(deployment));
      expect(twice).toEqual([]);
      const heap = /--max-old-space-size=(\d+)/.exec(
        env.find(({ name }: { name: string }) => name === 'NODE_OPTIONS').value,
      )![1];
      expect(mebibytes(resources.limits.memory)).toBeGreaterThanOrEqual(Math.floor(Number(heap) * 1.33));
    },
  );

  it('lets one pod of each go at a time, which is never the last one', () => {
    const budgets = ofKind(objects, 'PodDisruptionBudget').filter(({ spec }) => selected(spec.selector.matchLabels)[0]);
    expect(budgets.flatMap(({ spec }) => selected(spec.selector.matchLabels))).toHaveLength(deployments.length);
    for (const { spec } of budgets) expect(spec.maxUnavailable).toBe(1);
    if (overlay === 'local') return;
    for (const scaler of scalers(objects)) expect(scaler.min).toBeGreaterThan(1);
  });

  it('leaves the number of pods to the autoscalers, where there are any', () => {
    const scaled = scalers(objects).map(({ target }) => target);
    expect(scaled).toEqual(overlay === 'local' ? [] : expect.arrayContaining(deployments.map((d) => d.metadata.name)));
    for (const deployment of deployments) expect(deployment.spec.replicas).toBeUndefined();
  });

  it('has a certificate for every service, by the name that servers know it by', () => {
    const certificates = ofKind(objects, 'Certificate');
    for (const deployment of deployments) {
      const service = labelsOf(deployment)[NAME];
      const { secretName } = podOf(deployment).volumes.find(({ name }: { name: string }) => name === 'tls').secret;
      const { spec } = certificates.find((each) => each.spec.secretName === secretName)!;
      expect(spec.dnsNames).toEqual([service]);
      expect(spec.uris).toEqual([`spiffe://kelp/ns/kelp/sa/${service}`]);
    }
  });
});

describe('production', () => {
  const objects = render('overlays/production');

  it('pins every image by its digest', () => {
    const images = ofKind(objects, 'Deployment').flatMap((each) =>
      [...podOf(each).containers, ...podOf(each).initContainers].map(({ image }) => image),
    );
    expect(images.filter((image) => !/@sha256:[0-9a-f]{64}$/.test(image))).toEqual([]);
  });

  it('lets through the network exactly the calls of the call map', () => {
    const policies = ofKind(objects, 'NetworkPolicy').filter(({ metadata }) => metadata.name !== 'deny-all');
    const edges = (direction: 'ingress' | 'egress', peers: 'from' | 'to') =>
      policies.flatMap(({ spec }) =>
        (spec[direction] ?? []).flatMap((rule: Record<string, { podSelector?: { matchLabels: Labels } }[]>) =>
          (rule[peers] ?? []).flatMap(({ podSelector }) => {
            const [own, other] = [spec.podSelector.matchLabels?.[NAME], podSelector?.matchLabels[NAME]];
            return services.includes(own) && services.includes(other!) ? [[own, other] as const] : [];
          }),
        ),
      );
    const wanted = Object.entries(calls).flatMap(([caller, callees]) =>
      Object.keys(callees).map((callee) => [caller, callee]),
    );
    expect(edges('egress', 'to').sort()).toEqual(wanted.sort());
    expect(
      edges('ingress', 'from')
        .map(([callee, caller]) => [caller, callee])
        .sort(),
    ).toEqual(wanted);
    const denied = ofKind(objects, 'NetworkPolicy').find(({ metadata }) => metadata.name === 'deny-all')!;
    expect(denied.spec).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    expect(denied.spec.ingress).toBeUndefined();
  });

  it('scales the forwarder by the stream and consumer that the queue makes', () => {
    const [scaled] = ofKind(objects, 'ScaledObject');
    expect(scaled!.spec.triggers[0].metadata).toMatchObject({
      stream: jetStreamNames.stream,
      consumer: jetStreamNames.consumer,
    });
  });

  it('leaves the database as many connections as all pods may take', () => {
    const clusters = ofKind(render('examples/postgresql'), 'Cluster');
    for (const service of services) {
      const pods = scalers(objects)
        .filter(({ target }) => target === service || target.startsWith(`${service}-`))
        .reduce((sum, { max }) => sum + max + 1, 0); // one more while it rolls
      const cluster = clusters.find(({ metadata }) => metadata.name === `${service}-database`)!;
      // 10 of the pool by default, and a few for listening, locks and migrations.
      expect(pods * 14).toBeLessThan(Number(cluster.spec.postgresql.parameters.max_connections));
    }
  });
});

function scalers(objects: readonly KubernetesObject[]): { target: string; min: number; max: number }[] {
  return [
    ...ofKind(objects, 'HorizontalPodAutoscaler').map(({ spec }) => ({
      target: spec.scaleTargetRef.name,
      min: spec.minReplicas,
      max: spec.maxReplicas,
    })),
    ...ofKind(objects, 'ScaledObject').map(({ spec }) => ({
      target: spec.scaleTargetRef.name,
      min: spec.minReplicaCount,
      max: spec.maxReplicaCount,
    })),
  ];
}
