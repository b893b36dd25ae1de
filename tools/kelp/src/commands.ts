import { ApiKey_Environment as Environment, User_State as State } from '@kelp/contract-account';
import { table } from '@kelp/terminal';
import { ArgumentError, type Command, option, organizationIn } from './command.js';
import { permissionOf, permissionsOf, wordOf } from './permissions.js';

const PAGE = 1_000;
const DAY_MS = 86_400_000;
const roleIn = (text: string): string => (text.includes('/') ? text : `roles/${text}`);
const shownOnce = (token: string) => `Its token, which is shown this once:\n\n  ${token}\n`;
const daysIn = (text: string): number => {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1)
    throw new ArgumentError(`--days takes a whole number from 1, not "${text}".`);
  return days;
};

const organizations: readonly Command[] = [
  {
    words: 'organizations create',
    takes: ['<name>'],
    does: 'creates an organization',
    run: async ({ accounts }, { values: [displayName = ''] }) => {
      const { name } = await accounts.createOrganization({ organization: { displayName } });
      return { text: name };
    },
  },
  {
    words: 'organizations list',
    takes: [],
    does: 'lists organizations, oldest first',
    run: async ({ accounts }) => {
      const { organizations: all } = await accounts.listOrganizations({ pageSize: PAGE });
      return {
        text: table(
          ['', 'called'],
          all.map(({ name, displayName }) => [name, displayName]),
        ),
      };
    },
  },
];

const users: readonly Command[] = [
  {
    words: 'users create',
    takes: ['<organization>', '<email>'],
    options: {
      role: { value: 'role', means: 'admin, developer, editor, viewer (the default), or the name of an own one' },
      name: { value: 'text', means: 'what people call them' },
    },
    does: 'creates a user',
    run: async ({ directory }, given) => {
      const [organization = '', email = ''] = given.values;
      const user = {
        email,
        displayName: option(given, 'name') || email,
        role: roleIn(option(given, 'role') || 'viewer'),
      };
      const { name } = await directory.createUser({ parent: organizationIn(organization), user });
      return { text: name };
    },
  },
  {
    words: 'users list',
    takes: ['<organization>'],
    does: "lists an organization's users",
    run: async ({ directory }, { values: [organization = ''] }) => {
      const { users: all } = await directory.listUsers({ parent: organizationIn(organization), pageSize: PAGE });
      const rows = all.map(({ name, email, role, state }) => [name, email, role, State[state] ?? '']);
      return { text: table(['', 'email', 'role', 'state'], rows) };
    },
  },
  {
    words: 'users reset-password',
    takes: ['<user>'],
    does: 'shows a token once, with which the user may set a password within a day',
    run: async ({ signIns }, { values: [parent = ''] }) => {
      const { token } = await signIns.createPasswordReset({ parent });
      return { text: shownOnce(token) };
    },
  },
  {
    words: 'users sign-out',
    takes: ['<user>'],
    does: 'ends all sessions of a user: their tokens are refused everywhere within a second',
    run: async ({ signIns }, { values: [parent = ''] }) => {
      const { sessions } = await signIns.listSessions({ parent, pageSize: PAGE });
      for (const { name } of sessions) await signIns.revokeSession({ name });
      return { text: `${sessions.length} sessions were ended.` };
    },
  },
];

const keys: readonly Command[] = [
  {
    words: 'keys create',
    takes: ['<organization>', '<name>'],
    options: {
      permissions: { value: 'list', means: 'what it may do, separated by commas' },
      workspace: { value: 'name', means: 'the only workspace in which it may do so' },
      days: { value: 'number', means: 'when it ends by itself' },
      test: { means: 'a test key, which never sends' },
    },
    does: 'creates an API key, and shows its token once',
    run: async ({ keys: service }, given) => {
      const [organization = '', displayName = ''] = given.values;
      const permissions = permissionsOf(option(given, 'permissions'));
      if (permissions.length === 0)
        throw new ArgumentError('--permissions says what the key may do, such as templates-render.');
      const days = option(given, 'days');
      const { apiKey, token } = await service.createApiKey({
        parent: organizationIn(organization),
        apiKey: {
          displayName,
          environment: given.options.test ? Environment.TEST : Environment.LIVE,
          permissions,
          workspace: option(given, 'workspace'),
          ...(days && { expireTime: new Date(Date.now() + daysIn(days) * DAY_MS) }),
        },
      });
      return { text: `${apiKey!.name}\n\n${shownOnce(token)}` };
    },
  },
  {
    words: 'keys list',
    takes: ['<organization>'],
    does: "lists an organization's API keys",
    run: async ({ keys: service }, { values: [organization = ''] }) => {
      const { apiKeys } = await service.listApiKeys({ parent: organizationIn(organization), pageSize: PAGE });
      const rows = apiKeys.map((key) => [
        key.name,
        key.displayName,
        `${key.tokenPrefix}…`,
        key.permissions.map(wordOf).join(', '),
        key.lastUseTime?.toISOString() ?? 'never',
      ]);
      return { text: table(['', 'called', 'token', 'may', 'last used'], rows) };
    },
  },
  {
    words: 'keys rotate',
    takes: ['<key>'],
    options: { overlap: { value: 'seconds', means: 'how long the present token goes on working: 0, at most 30 days' } },
    does: 'gives an API key a new token, and shows it once',
    run: async ({ keys: service }, given) => {
      const overlapSeconds = Number(option(given, 'overlap') || '0');
      if (!Number.isInteger(overlapSeconds)) throw new ArgumentError('--overlap takes whole seconds.');
      const { token } = await service.rotateApiKey({ name: given.values[0]!, overlapSeconds });
      return { text: shownOnce(token) };
    },
  },
  {
    words: 'keys revoke',
    takes: ['<key>'],
    does: 'ends an API key: it is refused everywhere within a second',
    run: async ({ keys: service }, { values: [name = ''] }) => {
      await service.deleteApiKey({ name });
      return { text: `${name} is revoked.` };
    },
  },
];

const access: readonly Command[] = [
  {
    words: 'who-can',
    takes: ['<permission>', '<resource>'],
    does: 'lists the users and keys that may do something with an organization or workspace',
    run: async (clients, { values: [permission = '', resource = ''] }) => {
      const { principals } = await clients.access.listPrincipals({ permission: permissionOf(permission), resource });
      return { text: principals.length > 0 ? principals.join('\n') : 'Nobody.' };
    },
  },
  {
    words: 'can',
    takes: ['<user or key>', '<permission>', '<resource>'],
    does: 'says whether somebody may do something, and why; exit code 1 where not',
    run: async (clients, { values: [principal = '', permission = '', resource = ''] }) => {
      const question = { principal, permission: permissionOf(permission), resource, explain: true };
      const { allowed, steps } = await clients.access.checkAccess(question);
      return { text: [allowed ? 'Yes.' : 'No.', ...steps.map(({ text }) => `  ${text}`)].join('\n'), failed: !allowed };
    },
  },
];

const audit: readonly Command[] = [
  {
    words: 'audit verify',
    takes: ['<organization>'],
    does: 'checks every hash and signature of an audit log; exit code 1 where something is wrong',
    run: async (clients, { values: [organization = ''] }) => {
      const { intact, entries, checkpoints, problem } = await clients.audit.verifyAuditLog(
        { parent: organizationIn(organization) },
        { deadlineMs: 600_000 },
      );
      const counts = `${entries} entries, ${checkpoints} checkpoints`;
      return { text: intact ? `Intact: ${counts}.` : `Not intact: ${problem} (${counts})`, failed: !intact };
    },
  },
  {
    words: 'audit show',
    takes: ['<organization>'],
    does: 'shows an audit log, oldest first: a JSON object a line',
    run: async (clients, { values: [organization = ''] }) => {
      for await (const { entries } of clients.audit.exportAuditEntries({ parent: organizationIn(organization) }))
        for (const { body } of entries) console.log(body);
      return { text: '' };
    },
  },
  {
    words: 'audit sign',
    takes: ['<organization>'],
    does: 'signs an audit log as it is now',
    run: async (clients, { values: [organization = ''] }) => {
      const { sequence, keyId } = await clients.audit.createAuditCheckpoint({ parent: organizationIn(organization) });
      return { text: `Signed up to entry ${sequence} with the key ${keyId}.` };
    },
  },
];

const secrets: readonly Command[] = [
  {
    words: 'secrets list',
    takes: [],
    does: 'lists the keys of SECRET_KEYS, and how much each of them still encrypts in the database',
    run: async ({ keyring }) => {
      const { keys: all, unsealedSecrets } = await keyring.listSecretKeys({});
      const rows = all.map(({ keyId, current, secrets: count }) => [keyId, String(count), current ? 'encrypts' : '']);
      if (unsealedSecrets > 0n) rows.push(['', String(unsealedSecrets), 'not encrypted yet']);
      return { text: table(['key', 'secrets', ''], rows) };
    },
  },
  {
    words: 'secrets rotate',
    takes: [],
    does: 'encrypts all secrets in the database with the first key of SECRET_KEYS; then the others may be removed',
    run: async ({ keyring }) => {
      for (let sum = 0n; ; ) {
        const { resealed, remaining, broken } = await keyring.resealSecrets({}, { deadlineMs: 300_000 });
        sum += resealed;
        if (remaining > 0n && resealed > 0n) continue;
        const lines = [`${sum} secrets were encrypted anew; ${remaining} wait.`];
        lines.push(...broken.map((name) => `  ${name} cannot be opened: it was changed or moved in the database.`));
        return { text: lines.join('\n'), failed: remaining > 0n };
      }
    },
  },
  {
    words: 'signing-keys rotate',
    takes: [],
    options: { 'revoke-earlier': { means: 'refuse from now on what earlier keys have signed: all must refresh' } },
    does: 'makes a new key that signs tokens and checkpoints of audit logs',
    run: async ({ keyring }, { options }) => {
      const { keyId } = await keyring.rotateSigningKey({ revokeEarlier: options['revoke-earlier'] === true });
      return { text: `The key ${keyId} signs from now on.` };
    },
  },
];

/** Everything that an operator can do here. */
export const commands: readonly Command[] = [...organizations, ...users, ...keys, ...access, ...audit, ...secrets];
