import fc from 'fast-check';
import { parseJson } from './parse-json.js';

it('reads what JSON.parse reads, unless an integer is too long to be a number', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const json = JSON.stringify(value);
      const long = /\d{16}/.test(json.replace(/"(?:[^"\\]|\\.)*"/g, ''));
      if (!long) expect(parseJson(json)).toEqual(JSON.parse(json));
      expect(parseJson(json)).toBeDefined();
    }),
  );
});

it('loses no digit of a long integer, wherever it stands', () => {
  const json =
    '{"a":12345678901234567,"b":[-9223372036854775808,1],"c\\"9007199254740993":"say \\"9007199254740993\\\\"}';
  expect(parseJson(json)).toEqual({
    a: '12345678901234567',
    b: ['-9223372036854775808', 1],
    'c"9007199254740993': 'say "9007199254740993\\',
  });
  expect(parseJson('9007199254740993')).toBe('9007199254740993');
});

it('leaves fractions and texts alone', () => {
  const json = '[1534108637.1531250000000001,1e16,1.0000000000000000e3,"12345678901234567"]';
  expect(parseJson(json)).toEqual([1534108637.153125, 1e16, 1000, '12345678901234567']);
});

it('skips a byte order mark, and only one', () => {
  expect(parseJson(Buffer.from('\ufeff{}'))).toEqual({});
  expect(parseJson(Buffer.from('\ufeff\ufeff{}'))).toBeUndefined();
});

it.each(['', '{', '{"a":12345678901234567', '"12345678901234567', '[01234567890123456]', 'undefined'])(
  'sees no JSON in %j',
  (json) => expect(parseJson(json)).toBeUndefined(),
);

it('never throws, and takes linear time on what looks like nothing but texts', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void parseJson(Buffer.from(bytes))));
  for (const unit of ['\\"', '"', '"1234567890123456', '1234567890123456,', '[1234567890123456']) {
    parseJson(`"${unit.repeat(200_000)}`);
    parseJson(`[${unit.repeat(200_000)}]`);
  }
});
