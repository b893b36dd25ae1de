import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { mayBePassedOn } from '../licences.mjs';

const APPS = join(import.meta.dirname, '../../../apps');

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly { readonly expression?: string }[];
}

describe.each(['account', 'analytics', 'ingest', 'template'])('the bill of materials of %s', (service) => {
  const text = readFileSync(join(APPS, service, 'dist/sbom.json'), 'utf8');
  const components: readonly Component[] = JSON.parse(text).components;

  it('is CycloneDX, to the letter', async () => {
    expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  }, 30_000);

  it('has what the bundle was made of, each with a licence that may be passed on', () => {
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['@grpc/grpc-js', '@nestjs/core', 'pg', 'pino']));
    const bundled = readFileSync(join(APPS, service, 'dist/main.mjs.map'), 'utf8');
    for (const name of ['@grpc/grpc-js', 'pino', 'prom-client']) expect(bundled).toContain(`node_modules/${name}/`);
    expect(components.filter(({ name, licenses }) => !mayBePassedOn(name, licenses[0]?.expression))).toEqual([]);
  });
});
