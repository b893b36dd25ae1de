import {
  AccessContract,
  AccountContract,
  ApiKeyContract,
  AuditContract,
  DirectoryContract,
  KeyringContract,
  SignInContract,
} from '@kelp/contract-account';
import { type Channel, client } from '@kelp/rpc';

/** What was asked for makes no sense, in a sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

/** Typed clients of the account service. */
export const clientsOf = (channel: Channel) => ({
  accounts: client(AccountContract, channel),
  directory: client(DirectoryContract, channel),
  keys: client(ApiKeyContract, channel),
  access: client(AccessContract, channel),
  audit: client(AuditContract, channel),
  keyring: client(KeyringContract, channel),
  signIns: client(SignInContract, channel),
});
export type Clients = ReturnType<typeof clientsOf>;

/** What came behind the words of a command. */
export interface Given {
  /** One for each in `takes`. */
  readonly values: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
}

/** One thing that an operator can do. */
export interface Command {
  /** Its words, such as `keys create`. */
  readonly words: string;
  /** What it takes, in order, such as `<organization>`. */
  readonly takes: readonly string[];
  /** The options it knows, and what each means; those that take no value end with nothing after the name. */
  readonly options?: Readonly<Record<string, { readonly means: string; readonly value?: string }>>;
  readonly does: string;
  /** @returns what to show; the exit code is 1 where it throws, or says that something failed */
  run(clients: Clients, given: Given): Promise<{ readonly text: string; readonly failed?: boolean }>;
}

/** The name of an organization that was given by its name or by its identifier alone. */
export const organizationIn = (text: string): string =>
  text.startsWith('organizations/') ? text : `organizations/${text}`;

/** The text of an option; empty where it was not given. */
export const option = ({ options }: Given, name: string): string => {
  const value = options[name];
  return typeof value === 'string' ? value : '';
};
