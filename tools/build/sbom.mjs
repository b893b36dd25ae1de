// What is in a bundle, for whoever has to know whether a hole in some package is a hole in it: CycloneDX.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const SPDX = /^[\w.()+ -]+$/;

/** Where in the lock file a bundled file's package is. */
const packageOf = (file) => /^(?:\.\.\/)*((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

/** Packages may be linked from outside, as into a copy of the repository: then they are where this one would have them. */
const placeIn = (packages) => (path) => (path in packages ? path : path.slice(path.indexOf('node_modules/')));

function component(path, { name = path.slice(path.lastIndexOf('node_modules/') + 13), version, integrity, license }) {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': `${purl}#${path}`,
    name,
    version,
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity.split('-')[1], 'base64').toString('hex') }],
    licenses: [SPDX.test(license ?? '') ? { expression: license } : { license: { name: license ?? 'unknown' } }],
    purl,
  };
}

/**
 * The bill of materials of a bundle. The same bundle has the same one: it has no time and no number.
 * @param {string} name what the bundle is
 * @param {readonly string[]} files what esbuild has put into it
 */
export function billOfMaterials(name, files) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = files.map(packageOf).filter((path) => path !== undefined);
  const paths = [...new Set(found.map(placeIn(packages)))].sort();
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': name, name } },
    components: paths.map((path) => component(path, packages[path])),
  };
}
