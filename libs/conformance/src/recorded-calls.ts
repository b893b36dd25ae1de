import type { Definition, MethodDefinition } from '@kelp/rpc';
import { eventually } from '@kelp/testing';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/**
 * A call that clients of a release make, as `proto/releases/<contract>/<version>.calls.json` keeps it: with as little as the
 * contract demanded then. Messages are proto3 JSON. A text `$name` in an answer is remembered, and written for `$name` in
 * what follows.
 */
export interface RecordedCall {
  readonly rpc: string;
  /** One, or many where requests stream in. */
  readonly requests: readonly Json[];
  /** What the answers have at the least: as many answers are waited for. */
  readonly answers?: readonly Json[];
  /** What it asks for is known in a moment only, by a feed: it is asked again until it is. */
  readonly eventually?: true;
  /** The reason with which the call is refused, in the place of answers. */
  readonly refused?: string;
}

/** A client of one service of a contract, of any version: what `kelp-contract pull` makes. */
export interface PulledService {
  readonly definition: Definition;
  readonly client: Record<string, (request: unknown) => unknown> & { close(): void };
}

interface JsonType {
  fromJSON(json: unknown): unknown;
  toJSON(message: unknown): Json;
}

/** A client of all services of a contract, and what its answers have told so far. */
export class PulledClient {
  readonly #names = new Map<string, string>();

  constructor(private readonly services: readonly PulledService[]) {}

  close(): void {
    for (const { client } of this.services) client.close();
  }

  /** Makes a recorded call, and compares what comes back. @throws what the service refused, or where it answers otherwise */
  async perform(call: RecordedCall): Promise<void> {
    for (const { definition, client } of this.services) {
      const found = Object.entries(definition.methods).find(([, { name }]) => name === call.rpc);
      if (!found) continue;
      const once = () => perform(client[found[0]]!, found[1], call, this.#names);
      return await (call.eventually ? eventually(once) : once());
    }
    throw new Error(`No service of the contract has ${call.rpc}.`);
  }
}

async function perform(
  send: (request: unknown) => unknown,
  method: MethodDefinition,
  { rpc, requests, answers = [], refused }: RecordedCall,
  names: Map<string, string>,
): Promise<void> {
  const requestType = method.requestType as unknown as JsonType;
  const messages = requests.map((request) => requestType.fromJSON(written(request, names)));
  let done = () => {};
  const over = new Promise<void>((resolve) => {
    done = resolve;
  });
  const got: Json[] = [];
  try {
    const answered = send(method.requestStream ? sent(messages, over) : messages[0]);
    const type = method.responseType as unknown as JsonType;
    if (method.responseStream) {
      for await (const answer of answered as AsyncIterable<unknown>) {
        got.push(type.toJSON(answer));
        if (got.length >= answers.length) break;
      }
    } else got.push(type.toJSON(await answered));
  } catch (error) {
    if (refused !== undefined && (error as { reason?: string }).reason === refused) return;
    throw new Error(`${rpc} was refused: ${error}`, { cause: error });
  } finally {
    done();
  }
  if (refused !== undefined) throw new Error(`${rpc} was not refused with ${refused}.`);
  answers.forEach((answer, index) => {
    compare(answer, got[index], names, `${rpc}, answer ${index + 1}`);
  });
}

/** A stream that stays open until its answers have come. */
async function* sent(messages: readonly unknown[], over: Promise<void>): AsyncIterable<unknown> {
  yield* messages;
  await over;
}

/** A request with what was remembered. */
function written(json: Json, names: ReadonlyMap<string, string>): Json {
  if (typeof json === 'string') return json.replace(/\$[a-z]\w*/gi, (name) => names.get(name) ?? name);
  if (Array.isArray(json)) return json.map((item) => written(item, names));
  if (json === null || typeof json !== 'object') return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, written(value, names)]));
}

function compare(expected: Json, actual: Json | undefined, names: Map<string, string>, where: string): void {
  if (typeof expected === 'string' && /^\$[a-z]\w*$/i.test(expected) && !names.has(expected)) {
    if (typeof actual !== 'string' || actual === '') throw new Error(`${where} is empty.`);
    names.set(expected, actual);
  } else if (Array.isArray(expected)) {
    expected.forEach((item, index) => {
      compare(item, (actual as Json[] | undefined)?.[index], names, `${where}[${index}]`);
    });
  } else if (expected !== null && typeof expected === 'object') {
    for (const [key, value] of Object.entries(expected))
      compare(value, (actual as Record<string, Json> | undefined)?.[key], names, `${where}.${key}`);
  } else if (written(expected, names) !== actual) {
    throw new Error(
      `${where} is ${JSON.stringify(actual)}, and was ${JSON.stringify(expected)} when this was recorded.`,
    );
  }
}
