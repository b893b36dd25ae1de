import { EventType } from '@kelp/contract-event';
import { uuidv7 } from '@kelp/resource';
import { makeConnection } from '../../test/make-connection.js';
import { dropReason } from './filter.js';
import { knownConnection } from './known-connection.js';
import { TemplateTable } from './table.js';

const [organization, template] = [uuidv7(), uuidv7()];
const templates = new TemplateTable();
templates.apply({ name: `organizations/${organization}/templates/${template}`, publishedVersion: 1 });

const decide = (
  acceptedTypes: EventType[],
  knownTemplatesOnly: boolean,
  type: EventType,
  of: string,
  by = organization,
) =>
  dropReason(
    { type, template: of },
    knownConnection(makeConnection({ filter: { acceptedTypes, knownTemplatesOnly } }, { organization: by }))!,
    templates,
  );

const { OPENED, CLICKED, UNKNOWN } = EventType;

it.each([
  ['keeps all types where none is named', [], false, CLICKED, '', undefined],
  ['keeps a type that is named', [OPENED, CLICKED], false, CLICKED, '', undefined],
  ['drops a type that is not named', [OPENED], false, CLICKED, template, 'type'],
  ['keeps mail of a known template', [], true, OPENED, template, undefined],
  ['drops mail of an unknown template', [], true, OPENED, uuidv7(), 'template'],
  ['drops mail of no template', [], true, OPENED, '', 'template'],
  ['names the type first where both rules say no', [OPENED], true, CLICKED, '', 'type'],
  ['never drops an unknown type for its type', [OPENED], true, UNKNOWN, template, undefined],
  ['drops an unknown type of other mail', [OPENED], true, UNKNOWN, '', 'template'],
])('%s', (_, acceptedTypes, knownOnly, type, of, reason) => {
  expect(decide(acceptedTypes, knownOnly, type, of)).toBe(reason);
});

it('drops mail of another organization’s template', () => {
  expect(decide([], true, OPENED, template, uuidv7())).toBe('template');
});
