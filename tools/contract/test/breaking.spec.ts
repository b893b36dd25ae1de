import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { breaks, report } from '../gates/check.mjs';
import { merged, writeInUse } from '../gates/in-use.mjs';
import { release } from '../gates/release.mjs';
import { readAll } from '../image.mjs';
import { type Edit, edited } from './edited-protos.js';

const TEMPLATE = 'kelp/template/v1/template.proto';
const SERVICE = 'kelp/template/v1/template_service.proto';
const REASONS = 'kelp/template/v1/error_reason.proto';

/** `ingest` was seen with the release of today's contract, watching; somebody else with it, rendering. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kelp-releases-'));
  const { version, hash } = await release('template', readAll(), { folder });
  const use = { version, hash, lastUse: '2026-11-20T10:00:00.000Z' };
  const uses = [
    { ...use, caller: 'ingest', methods: ['WatchTemplates'] },
    { ...use, caller: 'mailer', methods: ['Render'] },
  ];
  const recorded = { from: '2026-11-01T00:00:00.000Z', to: '2026-11-20T11:00:00.000Z' };
  writeInUse({ template: merged(undefined, { recorded, uses }) }, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const templates = (...edits: Edit[]) => breaks('template', edited(...edits), folder);

describe('what breaks a version in use', () => {
  const cases: readonly (readonly [what: string, edits: Edit[], says: string[]])[] = [
    [
      'renaming a field',
      [[TEMPLATE, 'bool strict =', 'bool exact =']],
      ['changed name from "strict" to "exact"', 'mailer (Render; last seen 2026-11-20)', 'Keep the name.'],
    ],
    [
      'narrowing a type',
      [[TEMPLATE, 'uint64 first_sequence', 'uint32 first_sequence']],
      ['changed type from "uint64" to "uint32"', 'ingest (WatchTemplates', 'Keep the type.'],
    ],
    [
      'deleting an RPC',
      [[SERVICE, / {2}\/\/ Renders a published version[^}]*}\n/, '']],
      ['The RPC "kelp.template.v1.TemplateService.Render" is gone.', 'mailer (Render', 'mark it deprecated'],
    ],
    [
      'deleting a field, even where its number is reserved',
      [[TEMPLATE, /bool strict = (\d+);/, 'reserved $1;\n  reserved "strict";']],
      ['The field "kelp.template.v1.RenderRequest.strict" is gone.', 'mailer (Render'],
    ],
    [
      'giving a number to another field',
      [[TEMPLATE, /bool strict = (\d+);/, 'string locale = $1;']],
      ['changed type from "bool" to "string"', 'mailer (Render'],
    ],
    [
      'moving a message to another package',
      [
        ['kelp/event/v1/event.proto', /$/, '\nmessage Ack { uint64 up_to_sequence = 1; uint64 credit_sequence = 2; }'],
        [TEMPLATE, /(import "kelp.stream.*)/, 'import "kelp/event/v1/event.proto";\n$1'],
        [TEMPLATE, 'kelp.stream.v1.Ack ack', 'kelp.event.v1.Ack ack'],
      ],
      ['kelp.event.v1.Ack', 'ingest (WatchTemplates'],
    ],
    [
      'making a field required',
      [[TEMPLATE, 'bool strict = 3;', 'bool strict = 3 [(buf.validate.field).required = true];']],
      ['has become stricter: required', 'mailer (Render', 'Leave the limit as it is.'],
    ],
    [
      'a stricter limit',
      [[TEMPLATE, '[(buf.validate.field).string.max_len = 1024]', '[(buf.validate.field).string.max_len = 1023]']],
      ['string.max_len was 1024, is 1023'],
    ],
    [
      'sending one answer where many were promised',
      [[SERVICE, 'returns (stream WatchTemplatesResponse)', 'returns (WatchTemplatesResponse)']],
      ['"WatchTemplates"', 'ingest (WatchTemplates', 'add another one beside it'],
    ],
    [
      'deleting a value of an enum',
      [[REASONS, / {2}\/\/[^\n]*\n {2}ERROR_REASON_NOT_PUBLISHED = \d+;\n/, '']],
      ['The value "kelp.template.v1.ErrorReason.ERROR_REASON_NOT_PUBLISHED" is gone.'],
    ],
  ];

  it.each(cases)('is %s', async (_what, edits, says) => {
    const text = report('template', await templates(...edits)).join('\n');
    for (const part of says) expect(text).toContain(part);
    expect(text).toContain('template 1.0.0');
  });

  it('is said once, with its place and only with callers that use it', async () => {
    const [found, ...others] = await templates([TEMPLATE, 'bool strict =', 'bool exact =']);
    expect(others).toEqual([]);
    expect(found!.finding.place).toMatch(/^proto\/kelp\/template\/v1\/template.proto:\d+$/);
    expect(found!.broken.map(({ caller }) => caller)).toEqual(['mailer']);
  });
});

describe('what breaks nobody', () => {
  const cases: readonly (readonly [what: string, edits: Edit[]])[] = [
    ['a new field', [[TEMPLATE, 'bool strict = 3;', 'bool strict = 3;\n  string locale = 60;']]],
    [
      'a new RPC',
      [[SERVICE, '  // Renders a', '  rpc Archive(GetTemplateRequest) returns (Template);\n  // Renders a']],
    ],
    ['a new value of an enum', [[REASONS, /\n}\s*$/, '\n  ERROR_REASON_NEW = 900;\n}\n']]],
    ['a comment', [[TEMPLATE, '// Creates a template.', '// Makes a template.']]],
    [
      'a wider limit',
      [[TEMPLATE, '[(buf.validate.field).string.max_len = 1024]', '[(buf.validate.field).string.max_len = 2048]']],
    ],
    ['marking a field deprecated', [[TEMPLATE, 'bool strict = 3;', 'bool strict = 3 [deprecated = true];']]],
  ];

  it.each(cases)('is %s', async (_what, edits) => {
    expect(await templates(...edits)).toEqual([]);
  });
});
