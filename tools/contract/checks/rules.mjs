import { getExtension, hasExtension } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';

/** The values of `buf.validate.Ignore`. */
export const Ignore = { IF_ZERO_VALUE: 1, ALWAYS: 3 };

/**
 * Reads the options of `buf.validate` as plain objects that hold only what is set, by the names in the contract, such as
 * `{ ignore: 1, string: { max_len: 64n } }`.
 * @param {import('@bufbuild/protobuf').Registry} registry knows the extensions where any contract uses them
 */
export function rulesReader(registry) {
  const read = (name) => {
    const extension = registry.getExtension(`buf.validate.${name}`);
    return (options) =>
      extension && options && hasExtension(options, extension)
        ? plain(extension.message, getExtension(options, extension))
        : {};
  };
  const [field, oneof] = [read('field'), read('oneof')];
  return {
    /** The rules of a field; none where they never count. */
    ofField: (desc) => counting(field(desc.proto.options)),
    /** The rules of a oneof. */
    ofOneof: (desc) => oneof(desc.proto.options),
  };
}

/** The rules of items, keys or values: none where they never count; undefined means that not even nested ones do. */
export const counting = (rules = {}) => (rules.ignore === Ignore.ALWAYS ? undefined : rules);

function plain(desc, message) {
  const fields = reflect(desc, message);
  const value = (field, content) => {
    if (field.fieldKind === 'list') return [...content];
    return field.fieldKind === 'message' ? plain(field.message, content.message) : content;
  };
  return Object.fromEntries(
    desc.fields.filter((field) => fields.isSet(field)).map((field) => [field.name, value(field, fields.get(field))]),
  );
}
