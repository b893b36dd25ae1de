import { calls, site } from '../docs/site.mjs';
import { promisesOf } from '../gates/promises.mjs';
import { readAll } from '../image.mjs';
import { edited } from './edited-protos.js';

describe('the reference of all contracts', () => {
  it('has all that they name, each with its comment, and links that lead somewhere', () => {
    const all = readAll();
    const { html, undocumented } = site(all);
    expect(undocumented).toEqual([]);
    const names = [...promisesOf(all).keys()].filter((name) => name.startsWith('kelp.'));
    expect(names.length).toBeGreaterThan(500);
    expect(names.filter((name) => !html.includes(`id="${name}"`))).toEqual([]);
    const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target!);
    expect(links.filter((target) => !html.includes(`id="${target}"`))).toEqual([]);
  });

  it('draws every call between services', () => {
    const { html } = site(readAll());
    for (const rpcs of Object.values(calls).flatMap((callees) => Object.values(callees)))
      expect(html).toContain(`>${rpcs.join(', ')}</text>`);
  });

  it('says what is not documented, and takes comments for text', () => {
    const all = edited(
      ['kelp/template/v1/template.proto', 'bool strict = 3;', 'bool strict = 3;\n  string locale = 60;'],
      ['kelp/template/v1/template.proto', '// Creates a template.', '// <script>alert(1)</script>.'],
    );
    const { html, undocumented } = site(all);
    expect(undocumented).toEqual([expect.stringMatching(/^kelp\.template\.v1\..*\.locale$/)]);
    expect(html).not.toContain('<script>alert');
  });
});
