import {
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  getExtension,
  type Message,
  toBinary,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Contract } from '@kelp/rpc';

const DEPTH_MAX = 4;

interface StringRules {
  readonly string?: { readonly pattern?: string; readonly minLen?: bigint };
}

/** Makes requests that name given resources wherever the contract says that a resource is named, and keep its limits. */
export class ForeignRequests {
  readonly #registry;
  readonly #rules;

  constructor(private readonly contract: Contract) {
    this.#registry = createFileRegistry(
      fromBinary(FileDescriptorSetSchema, Buffer.from(contract.descriptors, 'base64')),
    );
    const rules = this.#registry.getExtension('buf.validate.field');
    if (!rules) throw new Error('The contract has no limits, so that nobody knows where it names resources.');
    this.#rules = rules;
  }

  /** @param names of resources of all kinds: the first one that fits stands in each field */
  requestOf(method: string, names: readonly string[]): Buffer {
    const service = this.#registry.getService(this.contract.definition.fullName);
    const input = service?.methods.find(({ name }) => name === method)?.input;
    if (!input) throw new Error(`The contract has no ${method}.`);
    return Buffer.from(toBinary(input, this.fill(input, names, 0)));
  }

  private fill(desc: DescMessage, names: readonly string[], depth: number): Message {
    const message = reflect(desc, create(desc));
    for (const field of desc.fields) {
      const isFirstOfItsOneof = field.oneof === undefined || field.oneof.fields[0] === field;
      const value = isFirstOfItsOneof ? this.valueOf(field, names, depth) : undefined;
      if (value === undefined) continue;
      if (field.fieldKind === 'list') message.get(field).add(value as never);
      else message.set(field, value as never);
    }
    return message.message;
  }

  private valueOf(field: DescField, names: readonly string[], depth: number): unknown {
    const kind = field.fieldKind === 'list' ? field.listKind : field.fieldKind;
    if (kind === 'enum') return field.enum?.values.find(({ number }) => number !== 0)?.number;
    if (kind === 'message') return this.messageOf(field, names, depth);
    if (kind !== 'scalar') return undefined;
    const { pattern = '', minLen = 0n } = this.rulesOf(field).string ?? {};
    const name = pattern.includes('organizations')
      ? names.find((one) => new RegExp(pattern, 'u').test(one))
      : undefined;
    const isNeeded = minLen > 0n || field.name === 'display_name' || !new RegExp(pattern, 'u').test('');
    const text = 'x'.repeat(Math.max(1, Number(minLen)));
    return name ?? (isNeeded && new RegExp(pattern, 'u').test(text) ? text : undefined);
  }

  private messageOf(field: DescField, names: readonly string[], depth: number): unknown {
    const { message } = field;
    if (!message || depth >= DEPTH_MAX || message.typeName.startsWith('google.protobuf.')) return undefined;
    return reflect(message, this.fill(message, names, depth + 1));
  }

  /** Of a list, those of its items. */
  private rulesOf(field: DescField): StringRules {
    const { options } = field.proto;
    if (!options) return {};
    const rules = getExtension(options, this.#rules) as { type?: { case?: string; value?: unknown } };
    const { type } = rules;
    if (type?.case === 'string') return { string: type.value as NonNullable<StringRules['string']> };
    const items = type?.case === 'repeated' ? (type.value as { items?: typeof rules }).items?.type : undefined;
    return items?.case === 'string' ? { string: items.value as NonNullable<StringRules['string']> } : {};
  }
}
