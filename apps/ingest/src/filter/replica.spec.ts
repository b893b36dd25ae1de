import { uuidv7 } from '@kelp/resource';
import { type Frame, Replica } from './replica.js';
import { TemplateTable } from './table.js';

const organization = uuidv7();
const [one, two] = [uuidv7(), uuidv7()];
const change = (template: string, publishedVersion = 1) => ({
  name: `organizations/${organization}/templates/${template}`,
  publishedVersion,
});
const frame = (fields: Partial<Frame<ReturnType<typeof change>>>) => ({
  items: [],
  resumeToken: '',
  synced: false,
  reset: false,
  ...fields,
});
const replica = () => new Replica(() => new TemplateTable());
const known = ({ current }: ReturnType<typeof replica>) => [one, two].filter((id) => current.has(organization, id));

it('knows nothing, and says so, before the first snapshot is whole', () => {
  const copy = replica();
  copy.apply(frame({ items: [change(one)], resumeToken: 'half', reset: true }));
  expect([copy.complete, known(copy), copy.resumeToken]).toEqual([false, [], '']);
  copy.apply(frame({ items: [change(two)], resumeToken: 'whole', synced: true }));
  expect([copy.complete, known(copy), copy.resumeToken]).toEqual([true, [one, two], 'whole']);
});

it('goes on serving what it knew while a new snapshot comes in, and then forgets what is gone', () => {
  const copy = replica();
  copy.apply(frame({ items: [change(one)], resumeToken: '1', reset: true, synced: true }));
  copy.apply(frame({ items: [change(two)], resumeToken: '2', reset: true }));
  expect([known(copy), copy.resumeToken]).toEqual([[one], '1']);
  copy.apply(frame({ synced: true, resumeToken: '3' }));
  expect([known(copy), copy.resumeToken]).toEqual([[two], '3']);
});

it('begins a snapshot anew where one broke off', () => {
  const copy = replica();
  copy.apply(frame({ items: [change(one)], reset: true }));
  copy.apply(frame({ items: [change(two)], reset: true, synced: true }));
  expect(known(copy)).toEqual([two]);
});

it('takes single changes at once', () => {
  const copy = replica();
  copy.apply(frame({ reset: true, synced: true }));
  expect(copy.apply(frame({ items: [change(one)], resumeToken: '2' }))).toBe(true);
  expect(known(copy)).toEqual([one]);
  copy.apply(frame({ items: [change(one, 0)], resumeToken: '3' }));
  expect([known(copy), copy.resumeToken]).toEqual([[], '3']);
});
