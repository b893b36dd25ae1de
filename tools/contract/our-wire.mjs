/**
 * Generated code over @kelp/wire, whose reader copies bytes by itself; all absent bytes are one.
 * Why: docs/decisions/0004-wire-format.md.
 */
export function onOurWire(code) {
  const ours = code
    .replaceAll('Buffer.from(reader.bytes())', 'reader.bytes()')
    .replaceAll('Buffer.alloc(0)', 'noBytes');
  const names = ['BinaryReader', 'BinaryWriter', ...(ours.includes('noBytes') ? ['noBytes'] : [])];
  return ours.replace(
    /import \{.*\} from "@bufbuild\/protobuf\/wire"/,
    `import { ${names.join(', ')} } from "@kelp/wire"`,
  );
}
