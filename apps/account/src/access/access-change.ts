import { type AccessChange, type Permission, User_State as State } from '@kelp/contract-account';
import {
  apiKeyName,
  organizationName,
  roleName,
  sessionName,
  teamName,
  userName,
  workspaceName,
} from '../account.names.js';
import { nameOfRole } from '../role/role-reference.js';

/** The published columns of a row, as JSON. */
type Data = Readonly<Record<string, unknown>>;

const text = (data: Data, column: string): string => (data[column] as string | null) ?? '';
const number = (data: Data, column: string): number => Number(data[column] ?? 0);
const permissions = (data: Data): Permission[] => (data.permissions as Permission[] | null) ?? [];
const time = (data: Data, column: string): Date | undefined =>
  data[column] ? new Date(data[column] as string) : undefined;
/** PostgreSQL writes bytes as `\x…`. */
const bytes = (data: Data, column: string): Buffer => Buffer.from(text(data, column).slice(2), 'hex');

/** A fact as watchers are told of it. The kinds are those of the migration that publishes them. */
export function accessChange(key: string, organization: string, kind: string, data: Data): AccessChange {
  return { key, fact: factOf(organization, kind, data) };
}

function factOf(organization: string, kind: string, data: Data): AccessChange['fact'] {
  const workspace = (column: string) =>
    data[column] ? workspaceName.format({ organization, workspace: text(data, column) }) : '';
  const user = () => userName.format({ organization, user: text(data, 'user_id') });
  const team = () => teamName.format({ organization, team: text(data, 'team_id') });
  const role = () =>
    nameOfRole(organization, {
      builtInRole: text(data, 'built_in_role') || null,
      roleId: text(data, 'role_id') || null,
    });
  switch (kind) {
    case 'organization': {
      const name = organizationName.format({ organization });
      return { $case: 'organization', value: { name, callsPerMinute: number(data, 'calls_per_minute') } };
    }
    case 'account_user': {
      const state = number(data, 'state') as State;
      return { $case: 'user', value: { name: user(), role: role(), state } };
    }
    case 'team':
      return { $case: 'team', value: { name: team(), role: role() } };
    case 'team_member':
      return { $case: 'teamMember', value: { team: team(), user: user() } };
    case 'workspace': {
      const [name, parentWorkspace] = [workspace('workspace_id'), workspace('parent_workspace_id')];
      return { $case: 'workspace', value: { name, parentWorkspace } };
    }
    case 'collaborator': {
      const principal = data.user_id ? user() : team();
      const value = { workspace: workspace('workspace_id'), principal, access: number(data, 'access') };
      return { $case: 'collaborator', value };
    }
    case 'role': {
      const name = roleName.format({ organization, role: text(data, 'role_id') });
      return { $case: 'role', value: { name, permissions: permissions(data) } };
    }
    case 'api_key':
      return {
        $case: 'apiKey',
        value: {
          name: apiKeyName.format({ organization, apiKey: text(data, 'api_key_id') }),
          tokenHash: bytes(data, 'token_hash'),
          previousTokenHash: bytes(data, 'previous_token_hash'),
          previousExpireTime: time(data, 'previous_expire_time'),
          expireTime: time(data, 'expire_time'),
          environment: number(data, 'environment'),
          permissions: permissions(data),
          workspace: workspace('workspace_id'),
          callsPerMinute: number(data, 'calls_per_minute'),
        },
      };
    case 'signing_key':
      return { $case: 'tokenKey', value: { keyId: text(data, 'key_id'), publicKey: bytes(data, 'public_key') } };
    case 'ended_session': {
      const parts = { organization, user: text(data, 'user_id'), session: text(data, 'session_id') };
      return { $case: 'endedSession', value: { name: sessionName.format(parts) } };
    }
    default:
      return undefined; // of a later release: to this one it is nothing, as to watchers that do not know it
  }
}
