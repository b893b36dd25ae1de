import { EventType, Provider } from '@kelp/contract-event';
import type { SampleTemplate, SigningKey } from '@kelp/webhook-samples';
import type { Clients } from './clients.js';
import { type DemoEmail, demoEmails } from './emails.js';

/** What the demo organization has, once it is seeded. */
export interface Demo {
  /** `organizations/{organization}`. */
  organization: string;
  /** `organizations/{organization}/connections/{connection}`. */
  connection: string;
  /** The path to which its provider posts. */
  webhookPath: string;
  /** What its connection keeps; of mail from known templates only. */
  acceptedTypes: readonly EventType[];
  templates: readonly (SampleTemplate & { displayName: string })[];
}

const ids = {
  organization: '0199a000-0000-7000-8000-000000000001',
  workspace: '0199a000-0000-7000-8000-000000000002',
  connection: '0199a000-0000-7000-8000-000000000003',
};

const acceptedTypes = [
  EventType.DELIVERED,
  EventType.BOUNCED,
  EventType.OPENED,
  EventType.CLICKED,
  EventType.COMPLAINED,
  EventType.UNSUBSCRIBED,
];

/**
 * Makes the demo organization where there is none: request ids make that safe to repeat.
 * @param key what its provider signs with
 */
export async function seed({ accounts, templates }: Clients, key: SigningKey): Promise<Demo> {
  const organization = await accounts.createOrganization({
    organization: { displayName: 'Seaside Supplies' },
    requestId: ids.organization,
  });
  const workspace = await accounts.createWorkspace({
    parent: organization.name,
    workspace: { displayName: 'Shop' },
    requestId: ids.workspace,
  });
  const connection = await seedConnection(accounts, organization.name, key);
  for (const email of demoEmails) await seedTemplate(templates, organization.name, workspace.name, email);
  return {
    organization: organization.name,
    connection: connection.name,
    webhookPath: `/v1/webhooks/sendgrid/${ids.connection}`,
    acceptedTypes,
    templates: demoEmails.map(({ id, displayName, versions }) => ({
      id,
      displayName,
      versions: versions.map((_, index) => index + 1),
    })),
  };
}

async function seedConnection(accounts: Clients['accounts'], parent: string, key: SigningKey) {
  const verificationKeys = [key.publicKey];
  const connection = await accounts.createConnection({
    parent,
    connection: {
      displayName: 'SendGrid',
      provider: Provider.SENDGRID,
      verificationKeys,
      filter: { acceptedTypes, knownTemplatesOnly: true },
    },
    requestId: ids.connection,
  });
  if (connection.verificationKeys.includes(key.publicKey)) return connection;
  // The key's file was lost: the provider signs with another one now.
  return accounts.updateConnection({
    connection: { name: connection.name, verificationKeys },
    updateMask: ['verification_keys'],
  });
}

async function seedTemplate(templates: Clients['templates'], parent: string, workspace: string, email: DemoEmail) {
  const { id, displayName, versions } = email;
  const [first] = versions;
  const { name, publishedVersion } = await templates.createTemplate({
    parent,
    template: { displayName, workspace, draft: first },
    requestId: id,
  });
  for (const [index, draft] of versions.entries()) {
    if (index < publishedVersion) continue;
    await templates.updateTemplate({ template: { name, draft }, updateMask: ['draft'] });
    await templates.publishTemplate({ name });
  }
}
