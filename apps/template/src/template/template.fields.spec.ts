import { Template } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import { fieldsOf } from './template.fields.js';

const organization = uuidv7();
const workspace = uuidv7();
const template = Template.fromPartial({
  displayName: 'A',
  workspace: `organizations/${organization}/workspaces/${workspace}`,
  draft: { subject: 'S', preheader: 'P', mjml: 'M', text: 'T' },
});

describe('what an update sets', () => {
  it.each([
    [
      [],
      {
        displayName: 'A',
        workspaceId: workspace,
        draftSubject: 'S',
        draftPreheader: 'P',
        draftMjml: 'M',
        draftText: 'T',
        draftDocument: null,
      },
    ],
    [['draft'], { draftSubject: 'S', draftPreheader: 'P', draftMjml: 'M', draftText: 'T', draftDocument: null }],
    [['draft.subject'], { draftSubject: 'S' }],
    [['draft.mjml', 'display_name'], { draftMjml: 'M', draftDocument: null, displayName: 'A' }],
    [['workspace'], { workspaceId: workspace }],
  ])('with the mask %j is %j', (mask, fields) => expect(fieldsOf(template, organization, mask)).toEqual(fields));

  it('is nothing where the mask names what nobody may set', () => {
    for (const path of ['name', 'etag', 'draft.x', 'displayName', '', '__proto__']) {
      expect(() => fieldsOf(template, organization, [path])).toThrow('Wrong fields: update_mask.');
    }
  });

  it('is never a workspace of another organization', () => {
    expect(() => fieldsOf(template, uuidv7())).toThrow('Wrong fields: template.workspace.');
  });
});
