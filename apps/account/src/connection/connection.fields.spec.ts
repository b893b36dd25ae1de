import { Connection } from '@kelp/contract-account';
import { EventType, Provider } from '@kelp/contract-event';
import type { StatusError } from '@kelp/status';
import { changedFields, newFields } from './connection.fields.js';

const key =
  'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEm9OSY4nXBJMPx8vit5CmEtjN+8S4yIBvvR9V+8+Fs6zt7iTLYw91H6pKd9gwulOBDmj3cUNLkM07Y5hBEUzx0A==';

const connection = Connection.fromPartial({
  displayName: 'Marketing',
  provider: Provider.SENDGRID,
  verificationKeys: [key],
  filter: { acceptedTypes: [EventType.OPENED], knownTemplatesOnly: true },
});

const violated = (work: () => unknown): string[] => {
  try {
    work();
    return [];
  } catch (error) {
    return (error as StatusError).violations.map(({ field }) => field);
  }
};

describe('a new connection', () => {
  it('has a name from us, a provider, a display name and good keys: all that is wrong is said at once', () => {
    const wrong = { name: 'x', provider: Provider.UNSPECIFIED, displayName: '', verificationKeys: [] };
    expect(violated(() => newFields({ ...connection, ...wrong }))).toEqual([
      'connection.name',
      'connection.provider',
      'connection.display_name',
    ]);
    expect(violated(() => newFields({ ...connection, displayName: '', verificationKeys: [] }))).toEqual([
      'connection.display_name',
      'connection.verification_keys',
    ]);
    expect(violated(() => newFields({ ...connection, verificationKeys: [key, 'garbage'] }))).toEqual([
      'connection.verification_keys[1]',
    ]);
  });

  it('keeps everything unless its filter says otherwise', () => {
    expect(newFields({ ...connection, filter: undefined })).toMatchObject({
      acceptedTypes: [],
      knownTemplatesOnly: false,
    });
  });
});

describe('a change of a connection', () => {
  const change = (updateMask: string[], changes: Partial<Connection> = {}) =>
    changedFields({ ...connection, ...changes }, Provider.SENDGRID, updateMask);

  it('concerns what the mask names, and nothing else', () => {
    expect(change(['display_name'], { verificationKeys: [] })).toEqual({ displayName: 'Marketing' });
    expect(change(['verification_keys'], { displayName: '' })).toEqual({ verificationKeys: [key] });
    expect(change(['filter'])).toEqual({ acceptedTypes: [EventType.OPENED], knownTemplatesOnly: true, rules: [] });
    expect(change(['filter.rules'])).toEqual({ rules: [] });
    expect(change(['requests_per_second_max'], { requestsPerSecondMax: 5 })).toEqual({ requestsPerSecondMax: 5 });
    expect(change(['filter.accepted_types'])).toEqual({ acceptedTypes: [EventType.OPENED] });
    expect(change(['filter.known_templates_only'])).toEqual({ knownTemplatesOnly: true });
  });

  it('concerns everything that the first clients know where there is no mask', () => {
    const filter = ['filter.accepted_types', 'filter.known_templates_only'];
    const all = ['display_name', 'verification_keys', 'topic_arns', 'allowed_addresses', ...filter];
    expect(change([])).toEqual(change(all));
    expect(change([])).not.toHaveProperty('rules');
    expect(change([])).not.toHaveProperty('requestsPerSecondMax');
    expect(change([], { filter: undefined })).toMatchObject({ acceptedTypes: [], knownTemplatesOnly: false });
  });

  it('leaves the secrets alone where there is no mask and there are none: no answer holds them', () => {
    const changed = (secrets: string[], updateMask: string[] = []) =>
      changedFields({ ...connection, verificationKeys: [], secrets }, Provider.MAILGUN, updateMask);
    expect(changed([])).not.toHaveProperty('secrets');
    expect(changed(['a new secret'])).toMatchObject({ secrets: ['a new secret'] });
    expect(changed(['a new secret'], ['secrets'])).toEqual({ secrets: ['a new secret'] });
    expect(violated(() => changed([], ['secrets']))).toEqual(['connection.secrets']);
  });

  it('is refused where the mask names what cannot be changed, or the value is wrong', () => {
    expect(violated(() => change(['provider', 'filter.x', 'display_name'], { displayName: 'a\0b' }))).toEqual([
      'update_mask',
      'update_mask',
      'connection.display_name',
    ]);
    expect(violated(() => change(['verification_keys'], { verificationKeys: ['x'] }))).toEqual([
      'connection.verification_keys[0]',
    ]);
  });
});
