// Where a descriptor stands in its source, and back.

/** The numbers of the fields of descriptors that declarations are in. */
const MESSAGES = 4;
const ENUMS = 5;
const SERVICES = 6;
const NESTED = 3;
const NESTED_ENUMS = 4;

/** The full name of the innermost message, enum or service at a line; empty where there is none. */
export function ownerAt(files, path, line) {
  const file = files.find(({ name }) => name === path);
  const within = (file?.sourceCodeInfo?.location ?? [])
    .filter(({ span }) => span[0] + 1 <= line && line <= (span.length === 4 ? span[2] : span[0]) + 1)
    .map((location) => declared(file, location.path))
    .filter(Boolean);
  return within.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** The full name of what a path in a file descriptor leads to, where that declares a message, an enum or a service. */
function declared(file, [kind, index, ...rest]) {
  const top = { [MESSAGES]: file.messageType, [ENUMS]: file.enumType, [SERVICES]: file.service }[kind]?.[index];
  if (top === undefined) return '';
  let [name, type, remaining] = [`${file.package}.${top.name}`, top, rest];
  while (kind === MESSAGES && remaining.length >= 2) {
    const [nestedKind, nestedIndex, ...further] = remaining;
    const nested = { [NESTED]: type.nestedType, [NESTED_ENUMS]: type.enumType }[nestedKind]?.[nestedIndex];
    if (nested === undefined) break;
    [name, type, remaining] = [`${name}.${nested.name}`, nested, further];
    if (nestedKind === NESTED_ENUMS) break;
  }
  return name;
}
