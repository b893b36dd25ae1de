import { sendgridEvent, sendgridTraffic, sendgridTypes } from '@kelp/webhook-samples';
import fc from 'fast-check';
import type { Parsed } from '../provider.js';
import { parseBody, parseWhole } from './body.js';
import { scanBody } from './scan-body.js';

/** All that can be asked of a body's elements. */
const everything = (parsed: Parsed) =>
  parsed.valid
    ? [...parsed.elements].map((element) =>
        'problem' in element
          ? [element.kind, element.problem, element.raw().toString()]
          : [element.type, element.template, element.read(), element.raw().toString()],
      )
    : parsed;

const expectSame = (body: Buffer) => expect(everything(parseBody(body))).toEqual(everything(parseWhole(body)));

/** Bodies that JSON.parse takes must be seen by the scan itself, or nothing would be held against anything. */
const expectScanned = (body: Buffer) => {
  expect(scanBody(body)).toBeDefined();
  expectSame(body);
};

const template = '01890000-0000-7000-8000-0000000000aa';
const kelp = { kelp_template: template, kelp_version: 2 };
const runs = (numRuns: number) => ({ numRuns: numRuns * Number(process.env.FUZZ_FACTOR ?? 1) });

describe('sees the same as JSON.parse', () => {
  it('in realistic requests', () => {
    const templates = [{ id: template, versions: [1, 2] }];
    for (const { body } of sendgridTraffic({ seed: 4, runId: 'scan', events: 1_000, templates })) expectScanned(body);
  });

  it.each<[string, string]>([
    ['an empty list', '[]'],
    ['white space of every kind, everywhere', ' \t\r\n[ \t\r\n{ "event" \t: \n"open" , "email" :"a@b" } , 1 ] \r\n'],
    ['a byte order mark', '\ufeff[{"event":"open"}]'],
    [
      'equal keys',
      '[{"event":"open","kelp_template":7,"event":"click","kelp_template":"x"},{"event":"open","event":1}]',
    ],
    ['an escaped key', '[{"event":"open","\\u0065vent":"click"},{"kelp\\u005ftemplate":"x","event":"open"}]'],
    ['an escaped type', '[{"event":"\\u006fpen"},{"event":"open\\n"}]'],
    ['an escaped template', `[{"event":"open","kelp_template":"\\u0030${template.slice(1)}"}]`],
    ['an escape behind another key', '[{"x":"\\"event\\":\\"click\\"","event":"open","y":"\\\\"}]'],
    [
      'the words as values, and deeper down',
      '[{"x":"event","event":"open","y":{"event":"click"},"z":["kelp_template"]}]',
    ],
    [
      'a template in another case, and with space around it',
      `[{"event":"open","kelp_template":"\u00a0 ${template.toUpperCase()} "}]`,
    ],
    [
      'a template that is none',
      `[{"event":"open","kelp_template":"${'\u20ac'.repeat(12)}"},{"event":"open","kelp_template":null}]`,
    ],
    ['no type, an empty one, an unknown one', '[{},{"event":""},{"event":"opened"},{"event":null},{"event":["open"]}]'],
    ['the account’s status', '[{"event":"account_status_change","type":"x"}]'],
    ['anything but objects', '[1,-0,0.5e-7,"x",null,true,false,[],[[{}]],"\\ud800"]'],
    ['lone surrogates and text outside the basic plane', '[{"event":"open","email":"\\udc00@x","x":"\u{1f600}"}]'],
    ['keys that mean something to JavaScript', '[{"__proto__":{"event":"click"},"constructor":1,"event":"open"}]'],
    ['numbers that no double holds', '[{"event":"open","timestamp":1e400,"x":123456789012345678901234567890}]'],
    ['an empty key', '[{"":"event","event":"open"}]'],
    ['DEL and line separators in a string', '[{"event":"open","x":"\u007f\u2028\u2029"}]'],
  ])('in %s', (_, body) => expectScanned(Buffer.from(body)));

  it.each<[string, string]>([
    ['nothing', ''],
    ['white space', ' \n'],
    ['an object', '{"event":"open"}'],
    ['an open list', '['],
    ['a trailing comma', '[1,]'],
    ['a leading comma', '[,1]'],
    ['no comma', '[1 2]'],
    ['a comma behind the last field', '[{"a":1,}]'],
    ['a key without quotes', '[{a:1}]'],
    ['single quotes', "[{'a':1}]"],
    ['no colon', '[{"a" 1}]'],
    ['no value', '[{"a":}]'],
    ['a control character in a string', '[{"a":"\t"}]'],
    ['a NUL in a string', '["\0"]'],
    ['an escape that is none', '["\\x"]'],
    ['half an escape', '["\\u12g4"]'],
    ['an escape at the end', '["\\'],
    ['an open string', '["abc'],
    ['a leading zero', '[01]'],
    ['a plus', '[+1]'],
    ['a bare point', '[1.]'],
    ['a bare exponent', '[1e]'],
    ['a bare minus', '[-]'],
    ['hexadecimal', '[0x1]'],
    ['a word', '[nul]'],
    ['a longer word', '[nulll]'],
    ['NaN', '[NaN]'],
    ['a comment', '[/**/1]'],
    ['a no-break space', '[\u00a01]'],
    ['two byte order marks', '\ufeff\ufeff[]'],
    ['two lists', '[][]'],
    ['a NUL behind the end', '[]\0'],
    ['brackets that do not match', '[{]}'],
  ])('where there is %s', (_, body) => {
    expectSame(Buffer.from(body));
    expect(scanBody(Buffer.from(body))).toBeUndefined();
  });

  it('in bytes that are no UTF-8, also where they touch a quote', () => {
    for (const bytes of [[0xc3], [0xff], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0xa2]]) {
      expectScanned(Buffer.concat([Buffer.from('[{"event":"open","x":"'), Buffer.from(bytes), Buffer.from('"}]')]));
      expectScanned(Buffer.concat([Buffer.from('[{"event":"open'), Buffer.from(bytes), Buffer.from('"}]')]));
      expectSame(Buffer.concat([Buffer.from('['), Buffer.from(bytes), Buffer.from(']')]));
    }
  });

  it('at any depth, and at the depth where it gives up itself', () => {
    for (let depth = 190; depth < 210; depth++) {
      for (const [open, close] of [
        ['[', ']'],
        ['{"x":', '}'],
      ] as const) {
        expectSame(
          Buffer.from(
            `[{"event":"open","x":${open.repeat(depth)}1${close.repeat(depth)}},${open.repeat(depth)}2${close.repeat(depth)}]`,
          ),
        );
      }
    }
  });

  it('in every beginning of a body', () => {
    const body = Buffer.from(
      ` [{"event":"open","kelp_template":"${template}","x":[1.5e+3,true,{"a":"\\u00e9\u00e9"}]},null]`,
    );
    for (let end = 0; end <= body.length; end++) expectSame(body.subarray(0, end));
  });

  it('in a body that lies anywhere within its memory', () => {
    const body = Buffer.from(`[{"event":"open","kelp_template":"${template}","email":"a@b.c"}]`);
    for (let offset = 0; offset < 9; offset++) {
      // What stands behind the body in memory is no part of it.
      const memory = Buffer.concat([Buffer.alloc(offset, '"'), body, Buffer.from('"}]')]);
      expectScanned(memory.subarray(offset, offset + body.length));
      expectSame(memory.subarray(offset, offset + body.length - 1));
    }
  });
});

describe('is never told apart from JSON.parse', () => {
  const words = ['event', 'kelp_template', 'open', 'click', 'email', template, 'account_status_change', '\u20ac', 'x'];
  const token = fc.constantFrom(
    ...['[', ']', '{', '}', ',', ':', '"', '\\', ' ', '\n', '\t', '0', '1', '-', '.', 'e', 'E+', '\\u', '\\"', '\\n'],
    ...['true', 'false', 'null', '\0', '\u007f', '\u00a0', '\ufeff', '\\ud800', '{"', '":', '",', '},', '"}'],
    ...words,
    ...words.map((word) => `"${word}"`),
    ...words.map((word) => `"${word}":`),
    '"\\u0065vent":',
    '{"event":"open",',
  );

  it('by soup of tokens', () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        expectSame(Buffer.from(tokens.join('')));
        expectSame(Buffer.from(`[{${tokens.join('')}}]`));
      }),
      runs(800),
    );
  });

  it('by any JSON, spelled in any way', () => {
    const key = fc.oneof(fc.constantFrom(...words), fc.string({ unit: 'binary' }));
    const field = fc.oneof(fc.constantFrom<unknown>(...words, ...sendgridTypes), fc.jsonValue(), fc.double());
    const object = fc
      .array(fc.tuple(key, field))
      .map(
        (fields) =>
          `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`).join()}}`,
      );
    const element = fc.oneof(
      object,
      fc.jsonValue().map((value) => JSON.stringify(value)),
    );
    const space = fc.constantFrom('', ' ', '\n', '\t \r');
    fc.assert(
      fc.property(fc.array(element), space, fc.integer(), (elements, gap, seed) => {
        const json = `[${elements.join(`${gap},${gap}`)}${gap}]`;
        expectScanned(Buffer.from(json));
        // Every third character of it as an escape: most of those are within strings.
        const escaped = json.replace(/[a-z](?=[^"]*")/g, (letter, at: number) =>
          (at + seed) % 3 === 0 ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
        );
        expectSame(Buffer.from(escaped));
      }),
      runs(60),
    );
  });

  it('by real bodies with some bytes changed, removed, doubled or cut', () => {
    const bodies = sendgridTypes.map((type) =>
      Buffer.from(JSON.stringify([sendgridEvent(type, kelp), sendgridEvent(type)])),
    );
    const change = fc.tuple(
      fc.nat(2_000),
      fc.constantFrom('set', 'remove', 'double', 'cut'),
      fc.oneof(fc.nat(255), fc.constantFrom(...Buffer.from('"\\{}[],:e0-'))),
    );
    fc.assert(
      fc.property(fc.constantFrom(...bodies), fc.array(change, { minLength: 1, maxLength: 4 }), (body, changes) => {
        let mutant = body;
        for (const [where, how, byte] of changes) {
          const at = where % (mutant.length || 1);
          if (how === 'set') mutant = Buffer.concat([mutant.subarray(0, at), Buffer.of(byte), mutant.subarray(at + 1)]);
          else if (how === 'remove') mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(at + 1)]);
          else if (how === 'double')
            mutant = Buffer.concat([mutant.subarray(0, at), mutant.subarray(Math.max(0, at - 20))]);
          else mutant = mutant.subarray(0, at);
        }
        expectSame(mutant);
      }),
      runs(500),
    );
  });
});
