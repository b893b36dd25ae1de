import fc from 'fast-check';
import { isoToUs, secondsToUs } from './times.js';

const us = (iso: string) => BigInt(Date.parse(iso)) * 1000n;

it.each<[string, bigint]>([
  ['2026-04-27T16:28:50Z', us('2026-04-27T16:28:50Z')],
  ['2026-04-27T16:28:50.3963933-04:00', us('2026-04-27T20:28:50.396Z') + 393n],
  ['2026-05-20 23:34:15 +00:00', us('2026-05-20T23:34:15Z')],
  ['2024-02-22 23:41:11.894719+00', us('2024-02-22T23:41:11.894Z') + 719n],
  ['2026-10-02T18:11:26.101Z', us('2026-10-02T18:11:26.101Z')],
  ['2026-10-02T18:11:26', us('2026-10-02T18:11:26Z')],
  ['2026-10-02T18:11:26+0530', us('2026-10-02T12:41:26Z')],
  ['2024-02-29T00:00:00.000000001Z', us('2024-02-29T00:00:00Z')],
  [' 2026-10-02 18:11:26 UTC ', us('2026-10-02T18:11:26Z')],
])('%s is %s microseconds', (text, expected) => expect(isoToUs(text)).toBe(expected));

it.each([
  undefined,
  null,
  1_700_000_000,
  '',
  'now',
  '2026-13-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:00+99:00',
  '2026-01-01T00:00:00.Z',
  '1969-12-31T23:59:59Z',
  '20260101T000000Z',
  {},
])('%j is no time', (value) => expect(isoToUs(value)).toBeUndefined());

it('agrees with the calendar of JavaScript about every millisecond', () => {
  const date = fc.date({ min: new Date(1), max: new Date('9999-12-31T23:59:59.000Z'), noInvalidDate: true });
  fc.assert(fc.property(date, (at) => expect(isoToUs(at.toISOString())).toBe(BigInt(at.getTime()) * 1000n)));
});

it('never throws on a text', () => {
  fc.assert(fc.property(fc.string(), (text) => void [isoToUs(text), secondsToUs(text)]));
  fc.assert(fc.property(fc.stringMatching(/^[0-9T:. +Z-]{0,40}$/), (text) => void [isoToUs(text), secondsToUs(text)]));
});

it.each<[unknown, bigint | undefined]>([
  [1_461_095_250, 1_461_095_250_000_000n],
  ['1461095250', 1_461_095_250_000_000n],
  [1_534_108_637.153125, 1_534_108_637_153_125n],
  ['1461095250.25', 1_461_095_250_250_000n],
  [0, undefined],
  [-1, undefined],
  [1_461_095_250_000, undefined],
  [Number.NaN, undefined],
  ['', undefined],
  ['0x10', undefined],
  [true, undefined],
])('%j seconds are %s microseconds', (value, expected) => expect(secondsToUs(value)).toBe(expected));
