import { BinaryWriter } from '@bufbuild/protobuf/wire';

/** A number that no contract of ours gives away. */
const UNKNOWN = 20_000;

/** A message with one more field, as a later version might send it. */
export const withUnknownField = (message: Uint8Array): Buffer =>
  Buffer.concat([message, new BinaryWriter().tag(UNKNOWN, 2).string('of a later version').finish()]);
