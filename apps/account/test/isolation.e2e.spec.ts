import { organizationPermissions, workspacePermissions } from '@kelp/access';
import { isolation, type Tenants } from '@kelp/conformance';
import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  AuditContract,
  DirectoryContract,
  ApiKey_Environment as Environment,
  KeyringContract,
  SignInContract,
  SsoContract,
  type User,
  WorkspaceAccess,
} from '@kelp/contract-account';
import { type Channel, client } from '@kelp/rpc';
import { eventually, type FreshDatabase, freshDatabase } from '@kelp/testing';
import pg from 'pg';
import { as, newConnection } from './make-account.js';
import { password, tokensIn } from './sign-in.js';
import { accountOn, startAccount } from './start-account.js';

const contracts = [
  AccountContract,
  DirectoryContract,
  ApiKeyContract,
  AccessContract,
  AuditContract,
  KeyringContract,
  SignInContract,
  SsoContract,
];

/** A session of a user, by name: it takes hashing to begin one. */
async function sessionOf({ name, email }: User, channel: Channel): Promise<string> {
  const signIn = client(SignInContract, channel);
  const { token: value } = await signIn.createPasswordReset({ parent: name });
  await signIn.setPassword({ proof: { $case: 'resetToken', value }, newPassword: password });
  return tokensIn(await signIn.signIn({ parent: name.slice(0, name.indexOf('/users')), email, password })).session;
}

/** An organization that has one of everything, by name; and a key that may do everything in it. */
async function furnished(channel: Channel, withSession: boolean) {
  const accounts = client(AccountContract, channel);
  const directory = client(DirectoryContract, channel);
  const keys = client(ApiKeyContract, channel);
  const { name: parent } = await accounts.createOrganization({ organization: { displayName: 'One' } });
  const { name: workspace } = await accounts.createWorkspace({ parent, workspace: { displayName: 'W' } });
  const connection = await accounts.createConnection({ parent, connection: newConnection() });
  const user = await directory.createUser({
    parent,
    user: { email: 'a@example.com', displayName: 'A', role: 'roles/admin' },
  });
  const team = await directory.createTeam({ parent, team: { displayName: 'T' } });
  const role = await directory.createRole({ parent, role: { displayName: 'R' } });
  await directory.addTeamMember({ team: team.name, user: user.name });
  const collaborator = { workspace, principal: team.name, access: WorkspaceAccess.EDIT };
  await directory.setCollaborator({ collaborator });
  const { invitation } = await directory.createInvitation({
    parent,
    invitation: { email: 'b@example.com', role: 'roles/viewer' },
  });
  const permissions = [...organizationPermissions, ...workspacePermissions];
  const apiKey = { displayName: 'K', environment: Environment.LIVE, permissions };
  const { apiKey: key, token } = await keys.createApiKey({ parent, apiKey });
  const session = withSession ? await sessionOf(user, channel) : parent;
  const sso = client(SsoContract, channel);
  const oidc = { issuer: 'https://company.example', clientId: 'kelp', clientSecret: 'secret' };
  const identityProvider = { displayName: 'P', protocol: { $case: 'oidc' as const, value: oidc } };
  const provider = await sso.createIdentityProvider({ parent, identityProvider });
  const domain = await sso.createDomain({ parent, domain: 'company.example' });
  const others = [provider, domain, connection, user, team, role, invitation!, key!, { name: session }].map(
    ({ name }) => name,
  );
  return { names: [parent, workspace, ...others], parent, token, user: user.name };
}

async function tenants(channel: Channel, withSession: boolean): Promise<Tenants> {
  const [own, foreign] = [await furnished(channel, withSession), await furnished(channel, withSession)];
  const accounts = client(AccountContract, channel);
  const directory = client(DirectoryContract, channel);
  const { parent } = foreign;
  await eventually(() => accounts.getOrganization({ name: own.parent }, as(own.token)));
  return {
    context: { credential: `Bearer ${own.token}` },
    own: own.names,
    foreign: foreign.names,
    forAnybody: ['BeginSso'], // asks the provider, which is not there
    snapshot: async () => [
      await accounts.getOrganization({ name: parent }),
      await accounts.listWorkspaces({ parent }),
      await accounts.listConnections({ parent }),
      await directory.listUsers({ parent }),
      await directory.listTeams({ parent }),
      await directory.listRoles({ parent }),
      await directory.listInvitations({ parent }),
      await client(SsoContract, channel).listIdentityProviders({ parent }),
      await client(SsoContract, channel).listDomains({ parent }),
      await client(SignInContract, channel).listSessions({ parent: foreign.user }),
      await directory.listCollaborators({ workspace: foreign.names[1]! }),
      (await client(ApiKeyContract, channel).listApiKeys({ parent })).apiKeys.map(({ etag }) => etag),
    ],
  };
}

for (const contract of contracts) {
  isolation(contract, 'account', async () => {
    const { url, drop } = await freshDatabase('account');
    const withSession = contract === SignInContract;
    return { ...accountOn(url), drop, tenants: (channel) => tenants(channel, withSession) };
  });
}

describe('the database, for one organization,', () => {
  let database: FreshDatabase;
  let sql: pg.Client;
  let own: string;
  let tables: string[];

  const query = async (text: string) => (await sql.query(text)).rows;
  /** As the service does for one organization, whatever the query says. */
  const inOrganization = async (text: string) => {
    await sql.query('begin');
    try {
      await sql.query(`select set_config('role', 'kelp_account_tenant', true)`);
      await sql.query(`select set_config('kelp.organization', $1, true)`, [own]);
      return (await sql.query(text)).rows;
    } finally {
      await sql.query('rollback');
    }
  };
  const readable = () =>
    query(`select table_name from information_schema.role_table_grants
      where grantee = 'kelp_account_tenant' and privilege_type = 'SELECT' order by 1`);

  beforeAll(async () => {
    database = await freshDatabase('account');
    const service = await startAccount(database.url);
    const [mine] = [await furnished(service.channel, true), await furnished(service.channel, true)];
    own = mine.parent.split('/')[1]!;
    await service.close();
    sql = new pg.Client({ connectionString: database.url });
    await sql.connect();
    tables = (await readable()).map(({ table_name }) => table_name);
  });
  afterAll(async () => {
    await sql?.end();
    await database?.drop();
  });

  it('has no rows of others, in any table, and has some of its own', async () => {
    expect(tables.length).toBeGreaterThanOrEqual(24);
    for (const table of tables) {
      const organizations = await inOrganization(`select distinct organization_id from ${table}`);
      expect([table, organizations.filter(({ organization_id }) => organization_id !== own)]).toEqual([table, []]);
    }
    const all = await query('select distinct organization_id from account_user');
    expect(all).toHaveLength(2);
    expect(await inOrganization('select * from account_user')).toHaveLength(1);
  });

  it('takes no rows for others', async () => {
    const [other] = await query(`select organization_id from organization where organization_id <> '${own}'`);
    const insert = `insert into role values (gen_random_uuid(), '${other.organization_id}', 'x', '{}', '', now(), now())`;
    await expect(inOrganization(insert)).rejects.toThrow('row-level security');
    await inOrganization(`update role set display_name = 'changed'`);
    expect(await query(`select from role where display_name = 'changed'`)).toEqual([]); // rolled back
    await expect(inOrganization(`update role set organization_id = '${other.organization_id}'`)).rejects.toThrow(
      'row-level security',
    );
  });

  it('has no table with rows of organizations that its role reads without a policy', async () => {
    const open = await query(`select relname from pg_class join pg_namespace n on n.oid = relnamespace
      where nspname = 'public' and relkind = 'r' and not relrowsecurity
        and has_table_privilege('kelp_account_tenant', pg_class.oid, 'select')`);
    expect(open).toEqual([]);
  });

  it('cannot get out: its role owns nothing, bypasses nothing, and cannot log in', async () => {
    const [role] = await query(`select rolsuper, rolbypassrls, rolcanlogin, rolcreaterole,
      (select count(*)::int from pg_class where relowner = pg_roles.oid) as owns
      from pg_roles where rolname = 'kelp_account_tenant'`);
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false, owns: 0 });
    for (const forbidden of ['select * from access_fact', 'select * from signing_key', 'select * from audit_head'])
      await expect(inOrganization(forbidden)).rejects.toThrow('permission denied');
    for (const forbidden of ['delete from audit_entry', 'alter table role disable row level security'])
      await expect(inOrganization(forbidden)).rejects.toThrow(/permission denied|must be owner/);
  });
});
