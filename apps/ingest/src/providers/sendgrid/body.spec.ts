import { sendgridBody, sendgridEvent, sendgridTraffic } from '@kelp/webhook-samples';
import fc from 'fast-check';
import type { Parsed, ReportedEvent } from '../provider.js';
import { parseBody } from './body.js';

const elementsOf = (parsed: Parsed) => {
  if (!parsed.valid) throw new Error(parsed.message);
  return [...parsed.elements];
};
const readAll = (parsed: Parsed) =>
  parsed.valid
    ? [...parsed.elements].map((element) => ('problem' in element ? element.raw() : [element.read(), element.raw()]))
    : [];

it('sees every event of realistic requests', () => {
  const templates = [{ id: '01890000-0000-7000-8000-0000000000aa', versions: [1, 2] }];
  for (const { body, samples } of sendgridTraffic({ seed: 3, runId: 'body', events: 2_000, templates })) {
    const elements = elementsOf(parseBody(body)) as ReportedEvent[];
    expect(elements.map(({ type }) => type)).toEqual(samples.map(({ type }) => type));
    for (const [index, element] of elements.entries()) {
      const { event } = samples[index]!;
      expect(element.read()).toMatchObject({ recipient: event.email, providerEventId: event.sg_event_id });
    }
  }
});

it.each([
  ['nothing', ''],
  ['no JSON', '[{]'],
  ['half of it', '[{"event":"open"}'],
  ['an object', '{}'],
  ['a text', '"x"'],
  ['null', 'null'],
  ['too much', '[] []'],
  ['a NUL', '[]\0'],
])('says that %s is not what SendGrid documents', (_, body) => {
  expect(parseBody(Buffer.from(body))).toEqual({ valid: false, message: expect.any(String) });
});

it('takes an empty list, a byte order mark, and white space', () => {
  for (const body of ['[]', '\ufeff[]', ' [ ]\r\n']) expect(elementsOf(parseBody(Buffer.from(body)))).toEqual([]);
});

it('takes the last one of two equal keys, as JSON.parse does', () => {
  const [element] = elementsOf(parseBody(Buffer.from('[{"event":"open","event":"click"}]'))) as ReportedEvent[];
  expect(JSON.parse(element!.raw().toString())).toEqual({ event: 'click' });
});

it('replaces bytes that are not UTF-8', () => {
  const body = Buffer.concat([Buffer.from('[{"event":"op'), Buffer.from([0xff, 0xc0]), Buffer.from('en"}]')]);
  const [element] = elementsOf(parseBody(body)) as ReportedEvent[];
  expect(element!.raw().toString()).toBe('{"event":"op\ufffd\ufffden"}');
});

it('survives depth that no stack holds', () => {
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const [list, event] = elementsOf(
    parseBody(Buffer.from(`[${deep},{"event":"open","email":"a@b","timestamp":1,"x":${deep}}]`)),
  );
  expect(list!.raw().toString()).toBe('"[nested too deeply]"');
  expect((event as ReportedEvent).read()).toMatchObject({ metadata: { x: '"[nested too deeply]"' } });
});

it('takes a hundred thousand elements', () => {
  expect(elementsOf(parseBody(Buffer.from(`[${'1,'.repeat(99_999)}1]`)))).toHaveLength(100_000);
});

it('never throws, whatever the bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readAll(parseBody(Buffer.from(bytes)))));
});

it('never throws, whatever the JSON', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), (elements) => {
      expect(readAll(parseBody(sendgridBody(elements as object[])))).toHaveLength(elements.length);
    }),
  );
});

it('never throws on events whose fields are anything at all', () => {
  const field = fc.constantFrom(
    ...Object.keys(sendgridEvent('bounce')),
    ...Object.keys(sendgridEvent('click')),
    'kelp_template',
    'kelp_version',
    '__proto__',
  );
  const event = fc.tuple(
    fc.constantFrom('open', 'click', 'bounce', 'dropped', 'x'),
    fc.dictionary(field, fc.jsonValue()),
  );
  fc.assert(
    fc.property(fc.array(event), (events) => {
      const elements = events.map(([type, fields]) => ({ ...sendgridEvent('open'), event: type, ...fields }));
      expect(readAll(parseBody(sendgridBody(elements)))).toHaveLength(elements.length);
    }),
  );
});
