import {
  type AccessChange,
  type ApiKeyFact,
  type OrganizationFact,
  type Permission,
  type TokenKeyFact,
  type UserFact,
  User_State as UserState,
  type WorkspaceAccess,
} from '@kelp/contract-account';
import { organizationOf } from './names.js';
import { accessTable, type RoleRow, roleTable } from './permission-table.js';

/** What a role gives, ready to be asked. */
export interface Gives {
  readonly organization: ReadonlySet<Permission>;
  readonly workspace: ReadonlySet<Permission>;
  readonly everywhere: boolean;
}

const givesOf = ({ organization, workspace, everywhere = false }: RoleRow): Gives => ({
  organization: new Set(organization),
  workspace: new Set(workspace),
  everywhere,
});

const builtIn = new Map<string, Gives>(
  Object.entries(roleTable as Record<string, RoleRow>).map(([name, row]) => [name, givesOf(row)]),
);

/** What each access to a workspace gives, ready to be asked. */
export const accessGives = new Map(
  Object.entries(accessTable).map(([access, permissions]) => [Number(access), new Set(permissions)]),
);

/** A map of sets, in which no set is empty. */
class Relation {
  readonly #sets = new Map<string, Set<string>>();

  of(key: string): ReadonlySet<string> {
    return this.#sets.get(key) ?? none;
  }

  add(key: string, value: string): void {
    const set = this.#sets.get(key);
    if (set) set.add(value);
    else this.#sets.set(key, new Set([value]));
  }

  remove(key: string, value: string): void {
    const set = this.#sets.get(key);
    set?.delete(value);
    if (set?.size === 0) this.#sets.delete(key);
  }
}

const none: ReadonlySet<string> = new Set();

type Fact = NonNullable<AccessChange['fact']>;

/** Every fact that permissions follow from, by the names that it is asked for. Facts may come in any order. */
export class Facts {
  readonly #facts = new Map<string, Fact>();
  readonly organizations = new Map<string, OrganizationFact>();
  readonly users = new Map<string, UserFact>();
  /** What a team's role gives: its name. */
  readonly teamRoles = new Map<string, string>();
  readonly teamsOf = new Relation();
  readonly membersOf = new Relation();
  /** The workspace around each; empty where there is none. */
  readonly workspaces = new Map<string, string>();
  readonly collaborators = new Map<string, Map<string, WorkspaceAccess>>();
  readonly keys = new Map<string, ApiKeyFact>();
  /** Keys by the hash of their present or previous token, in hexadecimal digits. */
  readonly keysByHash = new Map<string, string>();
  readonly tokenKeys = new Map<string, TokenKeyFact>();
  readonly endedSessions = new Set<string>();
  /** Users, keys and workspaces of an organization. */
  readonly #inOrganization = { users: new Relation(), keys: new Relation(), workspaces: new Relation() };
  readonly #roles = new Map<string, Gives>();

  /** How many there are. */
  get size(): number {
    return this.#facts.size;
  }

  /** What a role gives; undefined where there is none of this name. */
  role(name: string): Gives | undefined {
    return builtIn.get(name) ?? this.#roles.get(name);
  }

  isActive(user: UserFact): boolean {
    return user.state === UserState.ACTIVE;
  }

  /** The names of an organization's users, keys or workspaces, in order. */
  namesOf(organization: string, kind: 'users' | 'keys' | 'workspaces'): string[] {
    return [...this.#inOrganization[kind].of(organization)].sort();
  }

  /** Takes in a fact as it is now, or its end. */
  apply({ key, fact }: AccessChange): void {
    const before = this.#facts.get(key);
    if (before) this.turn(before, false);
    this.#facts.delete(key);
    if (!fact) return;
    this.#facts.set(key, fact);
    this.turn(fact, true);
  }

  /** @param holds whether the fact begins or ends */
  private turn(fact: Fact, holds: boolean): void {
    const put = <T>(map: Map<string, T>, name: string, value: T) => (holds ? map.set(name, value) : map.delete(name));
    const relate = (relation: Relation, from: string, to: string) =>
      holds ? relation.add(from, to) : relation.remove(from, to);
    switch (fact.$case) {
      case 'organization':
        put(this.organizations, fact.value.name, fact.value);
        break;
      case 'user':
        relate(this.#inOrganization.users, organizationOf(fact.value.name), fact.value.name);
        put(this.users, fact.value.name, fact.value);
        break;
      case 'team':
        put(this.teamRoles, fact.value.name, fact.value.role);
        break;
      case 'teamMember':
        relate(this.membersOf, fact.value.team, fact.value.user);
        relate(this.teamsOf, fact.value.user, fact.value.team);
        break;
      case 'workspace':
        relate(this.#inOrganization.workspaces, organizationOf(fact.value.name), fact.value.name);
        put(this.workspaces, fact.value.name, fact.value.parentWorkspace);
        break;
      case 'collaborator':
        this.collaborate(fact.value.workspace, fact.value.principal, fact.value.access, holds);
        break;
      case 'role':
        put(this.#roles, fact.value.name, customGives(fact.value.permissions));
        break;
      case 'apiKey':
        this.key(fact.value, holds);
        break;
      case 'tokenKey':
        put(this.tokenKeys, fact.value.keyId, fact.value);
        break;
      case 'endedSession':
        if (holds) this.endedSessions.add(fact.value.name);
        else this.endedSessions.delete(fact.value.name);
    }
  }

  private collaborate(workspace: string, principal: string, access: WorkspaceAccess, holds: boolean): void {
    const there = this.collaborators.get(workspace) ?? new Map<string, WorkspaceAccess>();
    if (holds) there.set(principal, access);
    else there.delete(principal);
    if (there.size > 0) this.collaborators.set(workspace, there);
    else this.collaborators.delete(workspace);
  }

  private key(fact: ApiKeyFact, holds: boolean): void {
    const { name, tokenHash, previousTokenHash } = fact;
    if (holds) this.#inOrganization.keys.add(organizationOf(name), name);
    else this.#inOrganization.keys.remove(organizationOf(name), name);
    if (holds) this.keys.set(name, fact);
    else this.keys.delete(name);
    for (const hash of [tokenHash, previousTokenHash]) {
      if (hash.length === 0) continue;
      const text = Buffer.from(hash.buffer, hash.byteOffset, hash.length).toString('hex');
      if (holds) this.keysByHash.set(text, name);
      else this.keysByHash.delete(text);
    }
  }
}

/** A role of an organization lists permissions of both kinds: each says by itself where it holds. */
const customGives = (permissions: readonly Permission[]): Gives =>
  givesOf({ organization: permissions, workspace: permissions });
