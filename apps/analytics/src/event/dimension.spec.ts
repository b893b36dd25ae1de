import { Event } from '@kelp/contract-event';
import fc from 'fast-check';
import { Dimensions } from './dimension.js';

const id = fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes));
const text = fc.string({ unit: fc.constantFrom('a', '1', ',', '\0'), maxLength: 3 });
const tuple = fc.record({
  organizationId: id,
  connectionId: id,
  provider: fc.integer({ min: 1, max: 11 }),
  templateId: fc.oneof(id, fc.constant(Buffer.alloc(0))),
  templateVersion: fc.nat({ max: 11 }),
  locale: text,
  variant: text,
  campaign: text,
});

const idOf = (fields: Partial<Event>) => new Dimensions().of(Event.create(fields)).id.toString('hex');

it('gives equal combinations one id, in every process', () => {
  fc.assert(fc.property(tuple, (fields) => idOf(fields) === idOf({ ...fields, type: 7, url: 'x' })));
  expect(idOf({ organizationId: Buffer.alloc(16, 1), locale: 'de' })).toBe('26ff8d3a739a83e3');
});

it('gives different combinations different ids', () => {
  const same = { organizationId: Buffer.alloc(16), connectionId: Buffer.alloc(16), templateId: Buffer.alloc(0) };
  const few = fc.record({
    provider: fc.constantFrom<number>(1, 11),
    templateVersion: fc.constantFrom(0, 1, 11),
    locale: text,
    variant: text,
    campaign: text,
  });
  const told = (fields: object) => JSON.stringify(Object.entries(fields).sort());
  fc.assert(
    fc.property(
      few,
      few,
      (one, other) => (told(one) === told(other)) === (idOf({ ...same, ...one }) === idOf({ ...same, ...other })),
    ),
    { numRuns: 2_000 },
  );
});

it('remembers what is stored, and only that', () => {
  const dimensions = new Dimensions();
  const [de, fr] = ['de', 'fr'].map((locale) => dimensions.of(Event.create({ locale })));
  expect(dimensions.unstored()).toEqual([de, fr]);
  dimensions.markStored([de!]);
  expect(dimensions.unstored()).toEqual([fr]);
  expect(dimensions.of(Event.create({ locale: 'de' }))).toBe(de);
  expect(dimensions.of(Event.create({ locale: 'fr' }))).toBe(fr);
});
