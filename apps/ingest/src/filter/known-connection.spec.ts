import type { Connection } from '@kelp/contract-account';
import { EventType, Provider } from '@kelp/contract-event';
import { makeConnection } from '../../test/make-connection.js';
import { connectionIdOf, knownConnection } from './known-connection.js';

const connection: Connection = makeConnection();

it('has at hand what a request is decided by', () => {
  const filter = { acceptedTypes: [EventType.OPENED], knownTemplatesOnly: true, rules: [] };
  expect(knownConnection({ ...connection, filter })).toMatchObject({
    name: connection.name,
    provider: Provider.SENDGRID,
    acceptedTypes: new Set([EventType.OPENED]),
    knownTemplatesOnly: true,
  });
});

it('keeps everything where the connection has no filter', () => {
  expect(knownConnection({ ...connection, filter: undefined })).toMatchObject({
    acceptedTypes: new Set(),
    knownTemplatesOnly: false,
  });
});

it('is none for a provider of a later release, or a name that is none', () => {
  expect(knownConnection({ ...connection, provider: 99 as Provider })).toBeUndefined();
  expect(knownConnection({ ...connection, name: 'connections/1' })).toBeUndefined();
  expect(connectionIdOf('connections/1')).toBeUndefined();
});
