import { Provider } from '@kelp/contract-event';
import { bytesToUuid, uuidv7 } from '@kelp/resource';
import { makeConnection } from '../../test/make-connection.js';
import { ConnectionTable, TemplateTable } from './table.js';

const [organization, other, template] = [uuidv7(), uuidv7(), uuidv7()];
const name = `organizations/${organization}/templates/${template}`;

describe('connections', () => {
  const connection = makeConnection();
  const { name } = connection;
  const id = name.split('/')[3]!;

  it('are found by what stands in the webhook’s address', () => {
    const table = new ConnectionTable();
    table.apply({ name, connection });
    expect(bytesToUuid(table.get(id)!.connectionId)).toBe(id);
    expect(table.get(uuidv7())).toBeUndefined();
  });

  it('are as they were said last, and gone when they were deleted', () => {
    const table = new ConnectionTable();
    table.apply({ name, connection });
    table.apply({
      name,
      connection: { ...connection, filter: { acceptedTypes: [], knownTemplatesOnly: true, rules: [] } },
    });
    expect(table.get(id)!.knownTemplatesOnly).toBe(true);
    table.apply({ name, connection: undefined });
    expect([table.get(id), table.size, [...table.changes()]]).toEqual([undefined, 0, []]);
  });

  it('of a provider that this release does not know take no webhooks, and are kept for the next one', () => {
    const table = new ConnectionTable();
    const later = { ...connection, provider: 99 as Provider };
    table.apply({ name, connection });
    table.apply({ name, connection: later });
    expect(table.get(id)).toBeUndefined();
    expect([...table.changes()]).toEqual([{ name, connection: later }]);
  });

  it('with a name that is none are left out', () => {
    const table = new ConnectionTable();
    table.apply({ name: 'x', connection: { ...connection, name: 'x' } });
    expect([table.size, [...table.changes()]]).toEqual([0, []]);
  });
});

describe('templates', () => {
  it('are those of their own organization only', () => {
    const table = new TemplateTable();
    table.apply({ name, publishedVersion: 3 });
    expect(table.has(organization, template)).toBe(true);
    expect(table.has(other, template)).toBe(false);
    expect(table.has(organization, '')).toBe(false);
  });

  it('are gone with version 0', () => {
    const table = new TemplateTable();
    table.apply({ name, publishedVersion: 3 });
    table.apply({ name, publishedVersion: 0 });
    expect(table.has(organization, template)).toBe(false);
  });

  it('come again from their own changes', () => {
    const table = new TemplateTable();
    table.apply({ name, publishedVersion: 3 });
    expect([...table.changes()]).toEqual([{ name, publishedVersion: 3 }]);
  });
});
