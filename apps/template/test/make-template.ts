import type { Template, TemplateContract } from '@kelp/contract-template';
import { uuidv7 } from '@kelp/resource';
import type { Client } from '@kelp/rpc';

type Templates = Client<typeof TemplateContract>;

/** An organization that no other test has. */
export const newOrganization = (): string => `organizations/${uuidv7()}`;

/** MJML around some content. */
export const message = (content: string): string =>
  `<mjml><mj-body><mj-section><mj-column>\n${content}\n</mj-column></mj-section></mj-body></mjml>`;

/** A short draft that becomes an email of some megabytes. */
export const growing = ({ megabytes }: { megabytes: number }): string =>
  `<mjml><mj-head><mj-attributes><mj-text css-class="${'x'.repeat(100_000)}"/></mj-attributes></mj-head><mj-body>
  <mj-section><mj-column>${'<mj-text>x</mj-text>'.repeat(megabytes * 10)}</mj-column></mj-section></mj-body></mjml>`;

export const GREETING = {
  subject: 'Hi {{ first_name }}',
  mjml: message('<mj-text>Hello {{ first_name }}, <a href="{{ shop.url }}">go on</a></mj-text>'),
};

export interface NewTemplate {
  organization?: string;
  displayName?: string;
  draft?: { subject: string; mjml: string; preheader?: string; text?: string };
}

/** Creates a template: valid, unless the test says otherwise. */
export function createTemplate(
  templates: Templates,
  { organization = newOrganization(), displayName = 'Welcome', draft = GREETING }: NewTemplate = {},
): Promise<Template> {
  return templates.createTemplate({ parent: organization, template: { displayName, draft } });
}

/** Creates and publishes one. */
export async function publishTemplate(templates: Templates, options: NewTemplate = {}) {
  const { name } = await createTemplate(templates, options);
  return { name, version: await templates.publishTemplate({ name }) };
}
