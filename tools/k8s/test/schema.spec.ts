import { deflateRawSync } from 'node:zlib';
import { unzipped } from '../src/kubectl.js';
import { applied, type KubernetesObject, render } from '../src/render.js';
import { schemaProblems, typeProblems } from '../src/schema.js';

it.each(applied)('%s is what the schemas of the API ask for', async (folder) => {
  expect(render(folder).length).toBeGreaterThan(3);
  expect(await schemaProblems(render(folder))).toEqual([]);
});

it('has no field that the API does not know', async () => {
  expect(await typeProblems(applied.flatMap(render))).toBe('');
}, 60_000);

const find = (kind: string): KubernetesObject =>
  structuredClone(render('overlays/production').find((object) => object.kind === kind)!);

it('would notice a wrong value, and a misspelt field, also of a custom resource', async () => {
  const scaled = find('ScaledObject');
  scaled.spec.minReplicas = 2;
  const deployment = find('Deployment');
  deployment.spec.template.spec.containers[0].livenesProbe = {};
  const types = await typeProblems([scaled, deployment]);
  expect(types).toMatch(/minReplicas"' does not exist[\s\S]*livenesProbe"' does not exist/);
  deployment.spec.template.spec.containers[0].resources.limits.memory = '12Gb';
  scaled.spec.triggers[0].metadata.lagThreshold = 400;
  expect(await schemaProblems([scaled, deployment])).toEqual([
    expect.stringMatching(/ScaledObject.*lagThreshold/s),
    expect.stringMatching(/Deployment.*memory/s),
  ]);
}, 60_000);

it('finds a file in an archive, as the fetched kubectl is', () => {
  const contents = Buffer.from('hello '.repeat(100));
  const packed = deflateRawSync(contents);
  const header = Buffer.alloc(30);
  const entry = Buffer.alloc(46);
  header.writeUInt16LE(1, 26);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt16LE(8, 10); // deflated
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt16LE(1, 28);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(header.length + 1 + packed.length, 16);
  const zip = Buffer.concat([header, Buffer.from('a'), packed, entry, Buffer.from('a'), end]);
  expect(unzipped(zip, 'a')).toEqual(contents);
  expect(() => unzipped(zip, 'b')).toThrow('There is no b');
});
