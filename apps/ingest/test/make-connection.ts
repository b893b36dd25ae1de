import { Connection } from '@kelp/contract-account';
import { Provider } from '@kelp/contract-event';
import { uuidv7 } from '@kelp/resource';

/** A connection that is valid, as account would stream it; state only what matters to the test. */
export const makeConnection = (
  fields: Parameters<typeof Connection.fromPartial>[0] = {},
  { organization = uuidv7(), id = uuidv7() } = {},
): Connection =>
  Connection.fromPartial({
    name: `organizations/${organization}/connections/${id}`,
    displayName: 'SendGrid',
    provider: Provider.SENDGRID,
    verificationKeys: [],
    secrets: [],
    topicArns: [],
    allowedAddresses: [],
    filter: { acceptedTypes: [], knownTemplatesOnly: false, rules: [] },
    requestsPerSecondMax: 0,
    createTime: new Date(0),
    updateTime: new Date(0),
    etag: 'e',
    ...fields,
  });
