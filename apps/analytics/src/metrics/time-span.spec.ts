import fc from 'fast-check';
import { cover, cutSpan, type Segment } from './time-span.js';

const MINUTE_MS = 60_000;
const at = (time: string) => Date.parse(`2026-11-24T${time}Z`);
const said = (segments: readonly Segment[]) =>
  segments.map(({ level, fromMs, toMs }) => [level, (toMs - fromMs) / MINUTE_MS]);

it('covers a span by its minutes, hours and days', () => {
  const span = { fromMs: at('10:58:00') - 86_400_000 * 3, toMs: at('02:03:00') };
  expect(said(cover(span))).toEqual([
    ['minute', 2],
    ['hour', 13 * 60],
    ['day', 2 * 24 * 60],
    ['hour', 2 * 60],
    ['minute', 3],
  ]);
});

it('covers all of time by days', () => {
  expect(cover({ fromMs: -Infinity, toMs: Infinity })).toEqual([{ level: 'day', fromMs: -Infinity, toMs: Infinity }]);
});

const minutes = fc.integer({ min: -100_000, max: 100_000 }).map((minute) => minute * MINUTE_MS);
const bound = (infinite: number) => fc.oneof({ weight: 9, arbitrary: minutes }, fc.constant(infinite));

it('covers every span without gap or overlap, in whole buckets', () => {
  const lengthMs = { minute: MINUTE_MS, quarter: 15 * MINUTE_MS, hour: 60 * MINUTE_MS, day: 1440 * MINUTE_MS };
  fc.assert(
    fc.property(bound(-Infinity), bound(Infinity), (fromMs, toMs) => {
      const segments = cover({ fromMs, toMs });
      if (fromMs >= toMs) {
        expect(segments).toEqual([]);
        return;
      }
      expect(segments[0]!.fromMs).toBe(fromMs);
      expect(segments.at(-1)!.toMs).toBe(toMs);
      for (const [index, { level, ...segment }] of segments.entries()) {
        expect(segment.fromMs).toBeLessThan(segment.toMs);
        if (index > 0) expect(segment.fromMs).toBe(segments[index - 1]!.toMs);
        for (const ms of [segment.fromMs, segment.toMs]) {
          if (Number.isFinite(ms)) expect(Math.abs(ms % lengthMs[level])).toBe(0);
        }
      }
      expect(segments.length).toBeLessThanOrEqual(7);
    }),
  );
});

it('cuts both ends to the bucket that they lie in', () => {
  const cut = cutSpan(new Date(at('10:59:59.999')), new Date(at('12:30:00')), 'hour');
  expect(cut).toEqual({ fromMs: at('10:00:00'), toMs: at('12:00:00') });
  expect(cutSpan(undefined, undefined, 'day')).toEqual({ fromMs: -Infinity, toMs: Infinity });
});
