import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { merged, missingReleases, readInUse, writeInUse } from '../gates/in-use.mjs';
import { Refusal, release } from '../gates/release.mjs';
import { retire } from '../gates/retire.mjs';
import { readAll } from '../image.mjs';
import { releasesOf } from '../releases.mjs';
import { edited } from './edited-protos.js';

const TEMPLATE = 'kelp/template/v1/template.proto';
const today = new Date('2026-11-25T12:00:00Z');

let all: ReturnType<typeof readAll>;
beforeAll(() => {
  all = readAll();
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kelp-releases-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const changelog = () => readFileSync(join(folder, 'template/CHANGELOG.md'), 'utf8');
const DEPRECATED = [TEMPLATE, 'bool strict = 3;', 'bool strict = 3 [deprecated = true];'] as const;
const REMOVED = [TEMPLATE, 'bool strict = 3;', 'reserved 3;\n  reserved "strict";'] as const;

describe('a release', () => {
  it('is a minor one where something is new, and tells what', async () => {
    expect((await release('template', all, { folder, today })).version).toBe('1.0.0');
    const more = edited(
      [
        TEMPLATE,
        'bool strict = 3;',
        'bool strict = 3;\n  // In which language. Any, by default.\n  string locale = 60;',
      ],
      [
        'kelp/template/v1/template_service.proto',
        '  // Renders a',
        '  // Files a template away. Once.\n  rpc RehearseTemplate(GetTemplateRequest) returns (Template);\n  // Renders a',
      ],
      [TEMPLATE, '[(buf.validate.field).string.max_len = 1024]', '[(buf.validate.field).string.max_len = 2048]'],
    );
    expect((await release('template', more, { folder, today })).version).toBe('1.1.0');
    expect(changelog()).toMatch(/^# Releases of the contract template\n\n## 1.1.0 of 2026-11-25 \([0-9a-f]{16}\)\n/);
    expect(changelog()).toContain('- adds the field `RenderRequest.locale`: In which language.\n');
    expect(changelog()).toContain('- adds the RPC `TemplateService.RehearseTemplate`: Files a template away.\n');
    expect(changelog()).toContain('- lets `ListTemplatesRequest.page_token` be more than before\n');
    expect(changelog()).toContain('## 1.0.0 of 2026-11-25');
  });

  it('is refused where nothing changed but comments', async () => {
    await release('template', all, { folder });
    const commented = edited([TEMPLATE, '// Creates a template.', '// Makes a template.']);
    await expect(release('template', commented, { folder })).rejects.toThrow('nothing to release');
  });

  it('is refused where it would break a version in use', async () => {
    await release('template', all, { folder });
    const renamed = edited([TEMPLATE, 'bool strict =', 'bool exact =']);
    await expect(release('template', renamed, { folder })).rejects.toThrow('changed name from "strict" to "exact"');
    expect(releasesOf('template', folder)).toEqual(['1.0.0']);
  });

  it('may lack what it called deprecated, once nobody has a version without the mark', async () => {
    await release('template', all, { folder });
    await release('template', edited(DEPRECATED), { folder });
    await expect(release('template', edited(REMOVED), { folder })).rejects.toThrow('RenderRequest.strict" is gone');
    writeInUse(
      {
        template: merged(undefined, {
          recorded: { from: '2026-10-01T00:00:00.000Z', to: today.toISOString() },
          uses: [],
        }),
      },
      folder,
    );
    retire('template', '1.0.0', { folder, now: today });
    const { version, lines } = await release('template', edited(REMOVED), { folder });
    // Code that is generated anew has no such field any more: that is no minor change.
    expect([version, lines]).toEqual(['2.0.0', ['- removes the field `RenderRequest.strict`']]);
  });
});

describe('retiring a version', () => {
  const use = { caller: 'ingest', version: '1.0.0', hash: 'a'.repeat(16), methods: ['Render'] };
  const spans = { long: '2026-10-01T00:00:00.000Z', short: '2026-11-10T00:00:00.000Z' };
  const told = (from: string, ...uses: object[]) =>
    writeInUse(
      { template: merged(undefined, { recorded: { from, to: today.toISOString() }, uses: uses as never }) },
      folder,
    );

  let released: string;
  beforeAll(async () => {
    released = mkdtempSync(join(tmpdir(), 'kelp-releases-'));
    await release('template', all, { folder: released });
    await release('template', edited(DEPRECATED), { folder: released });
  });
  afterAll(() => rmSync(released, { recursive: true }));
  beforeEach(() => cpSync(released, folder, { recursive: true }));

  it.each([
    ['nobody has ever asked', () => {}, 'Nobody has asked'],
    [
      'somebody used it lately',
      () => told(spans.long, { ...use, lastUse: '2026-10-26T13:00:00.000Z' }),
      'ingest used it on 2026-10-26T13:00:00.000Z (Render)',
    ],
    ['too little is known', () => told(spans.short), 'since 2026-11-10T00:00:00.000Z only'],
    [
      'somebody does not say what it has',
      () => told(spans.long, { ...use, version: '', lastUse: '2026-11-24T00:00:00.000Z' }),
      'ingest called on 2026-11-24T00:00:00.000Z without saying',
    ],
    [
      'the answer is old',
      () =>
        writeInUse(
          {
            template: merged(undefined, {
              recorded: { from: '2026-09-01T00:00:00.000Z', to: '2026-11-20T00:00:00.000Z' },
              uses: [],
            }),
          },
          folder,
        ),
      'The last collection is of 2026-11-20',
    ],
  ])('is refused where %s', (_what, given, why) => {
    given();
    expect(() => retire('template', '1.0.0', { folder, now: today })).toThrow(why);
    expect(releasesOf('template', folder)).toEqual(['1.0.0', '1.1.0']);
  });

  it('is refused for the latest release, and for what is none', () => {
    for (const version of ['1.1.0', '3.0.0', '../1.0.0'])
      expect(() => retire('template', version, { folder, now: today })).toThrow(Refusal);
  });

  it('takes the calls of people at a terminal for what they are', () => {
    told(
      spans.long,
      { ...use, lastUse: '2026-10-20T00:00:00.000Z' },
      { ...use, caller: 'developer', version: '', lastUse: '2026-11-24T00:00:00.000Z' },
    );
    retire('template', '1.0.0', { folder, now: today });
    expect(releasesOf('template', folder)).toEqual(['1.1.0']);
    expect(changelog()).toContain('## 1.0.0 retired on 2026-11-25');
    expect(missingReleases(folder)).toEqual([]);
    told(spans.long, { ...use, lastUse: '2026-11-24T00:00:00.000Z' });
    expect(missingReleases(folder)).toEqual([
      expect.stringMatching(
        /ingest uses template 1\.0\.0 \(last seen 2026-11-24\), which is not in proto\/releases\/template/,
      ),
    ]);
  });
});

describe('what is known of versions in use', () => {
  const use = { caller: 'ingest', version: '1.0.0', hash: 'a'.repeat(16) };

  it('grows with each collection, and a gap stays a gap', () => {
    const first = merged(undefined, {
      recorded: { from: '2026-11-01', to: '2026-11-03' },
      uses: [{ ...use, methods: ['A'], lastUse: '2026-11-02' }],
    });
    const second = merged(first, {
      recorded: { from: '2026-11-02', to: '2026-11-05' },
      uses: [{ ...use, methods: ['B'], lastUse: '2026-11-04' }],
    });
    expect(second).toEqual({
      recorded: [{ from: '2026-11-01', to: '2026-11-05' }],
      uses: [{ ...use, methods: ['A', 'B'], lastUse: '2026-11-04' }],
    });
    const third = merged(second, { recorded: { from: '2026-11-06', to: '2026-11-07' }, uses: [] });
    expect(third.recorded).toHaveLength(2);
    writeInUse({ template: third }, folder);
    expect(readInUse(folder)).toEqual({ template: third });
  });

  it('is nothing where nobody has asked', () => {
    expect(readInUse(folder)).toEqual({});
    writeFileSync(join(folder, 'in-use.json'), '{');
    expect(() => readInUse(folder)).toThrow();
  });
});
