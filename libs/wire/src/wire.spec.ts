import { BinaryReader as ReferenceReader, BinaryWriter as ReferenceWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { BinaryReader, BinaryWriter } from './index.js';

type Step =
  | { is: 'uint32' | 'int32'; value: number }
  | { is: 'uint64' | 'int64' | 'fixed64'; value: bigint }
  | { is: 'double'; value: number }
  | { is: 'bool'; value: boolean }
  | { is: 'string'; value: string }
  | { is: 'bytes'; value: Uint8Array }
  | { is: 'message'; value: Step[] };

const MAX_64 = 2n ** 64n - 1n;
const edges64 = fc.constantFrom(0n, 127n, 128n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n - 1n, 2n ** 35n);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(0, 15, 16, 17, 32, 33, 127, 128, 16_383, 16_384).map((length) => 'x'.repeat(length)),
  fc.constantFrom('é'.repeat(64), '\ufeffbom', '\u0000', '😀'.repeat(43), `${'a'.repeat(31)}ü`, `${'a'.repeat(126)}ü`),
);
const step: fc.Arbitrary<Step> = fc.letrec<{ step: Step }>((tie) => ({
  step: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ is: fc.constant('uint32' as const), value: fc.integer({ min: 0, max: 2 ** 32 - 1 }) }),
    fc.record({ is: fc.constant('int32' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
    fc.record({
      is: fc.constantFrom('uint64' as const, 'fixed64' as const),
      value: fc.oneof(fc.bigInt({ min: 0n, max: MAX_64 }), edges64),
    }),
    fc.record({
      is: fc.constant('int64' as const),
      value: fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        edges64,
        edges64.map((edge) => -edge),
      ),
    }),
    fc.record({ is: fc.constant('double' as const), value: fc.double() }),
    fc.record({ is: fc.constant('bool' as const), value: fc.boolean() }),
    fc.record({ is: fc.constant('string' as const), value: text }),
    fc.record({ is: fc.constant('bytes' as const), value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ is: fc.constant('message' as const), value: fc.array(tie('step'), { maxLength: 6 }) }),
  ),
})).step;

function write<W extends BinaryWriter | ReferenceWriter>(writer: W, steps: readonly Step[]): W {
  for (const { is, value } of steps) {
    if (is === 'message') write(writer.fork() as W, value).join();
    else (writer[is] as (value: unknown) => unknown)(value);
  }
  return writer;
}

function read(reader: BinaryReader | ReferenceReader, steps: readonly Step[]): unknown[] {
  return steps.map(({ is, value }) => {
    if (is !== 'message') return reader[is]();
    const end = reader.uint32() + reader.pos;
    const values = read(reader, value);
    expect(reader.pos).toBe(end);
    return values;
  });
}

describe('the wire format', () => {
  it('is written byte for byte as the reference writes it, and read as it was written', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const bytes = write(new BinaryWriter(), steps).finish();
        expect(bytes.equals(write(new ReferenceWriter(), steps).finish())).toBe(true);
        // Of half a surrogate pair, both make a replacement character.
        const values = read(new ReferenceReader(bytes), steps);
        expect(read(new BinaryReader(bytes), steps)).toEqual(
          values.map(function bytesAsBuffers(value): unknown {
            if (Array.isArray(value)) return value.map(bytesAsBuffers);
            return value instanceof Uint8Array ? Buffer.from(value) : value;
          }),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('is read or refused as by the reference, whatever the bytes are', () => {
    const kinds = ['uint32', 'int32', 'uint64', 'int64', 'fixed64', 'double', 'bool', 'string', 'bytes'] as const;
    const outcome = (reader: BinaryReader | ReferenceReader, kind: (typeof kinds)[number] | 'skip', wire: number) => {
      try {
        const value = kind === 'skip' ? Buffer.from(reader.skip(wire)) : reader[kind]();
        return { value: value instanceof Uint8Array ? Buffer.from(value) : value, pos: reader.pos };
      } catch {
        return 'refused';
      }
    };
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 24 }),
      fc
        .array(fc.constantFrom(0x00, 0x01, 0x0b, 0x0c, 0x13, 0x14, 0x7f, 0x80, 0xff), { maxLength: 24 })
        .map((bytes) => Uint8Array.from(bytes)),
    );
    fc.assert(
      fc.property(hostile, fc.constantFrom(...kinds, 'skip' as const), fc.nat(7), (bytes, kind, wire) => {
        expect(outcome(new BinaryReader(bytes), kind, wire)).toEqual(outcome(new ReferenceReader(bytes), kind, wire));
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses numbers that have no place in it', () => {
    const writer = () => new BinaryWriter();
    for (const value of [-1, 2 ** 32, 1.5, Number.NaN]) expect(() => writer().uint32(value)).toThrow(RangeError);
    for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5]) expect(() => writer().int32(value)).toThrow(RangeError);
    for (const value of [-1n, 2n ** 64n]) expect(() => writer().uint64(value)).toThrow(RangeError);
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n]) expect(() => writer().int64(value)).toThrow(RangeError);
    expect(() => writer().fixed64(2n ** 64n)).toThrow(RangeError);
  });

  it('is written by several writers at once, and by one again and again', () => {
    const [first, second] = [new BinaryWriter(), new BinaryWriter()];
    first.string('first');
    second.string('second');
    const one = first.finish();
    first.string('again');
    expect([one, second.finish(), first.finish()].map((bytes) => new BinaryReader(bytes).string())).toEqual([
      'first',
      'second',
      'again',
    ]);
  });

  it('gives bytes that outlive what they were read from', () => {
    const source = new BinaryWriter().bytes(Buffer.from('kept')).finish();
    const bytes = new BinaryReader(source).bytes();
    source.fill(0);
    expect(bytes.toString()).toBe('kept');
  });
});
