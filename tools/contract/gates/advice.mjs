// How to get what a refused change is after, without breaking anybody.

const rename =
  'Keep the name. A field that needs another name is another field: add it with a new number, fill and read both, mark the old one [deprecated = true].';
const retype =
  'Keep the type. Add a field of the new type with a new number, fill and read both, mark the old one [deprecated = true].';
const remove =
  'Keep it, and mark it deprecated. Release that; when every version without the mark is retired (npm run contract -- retire), it may go, its number and name reserved.';
const reserve = 'Write `reserved` for the number and the name of what goes, so that nobody gives them another meaning.';
const rpc = 'Leave the RPC as it is, and add another one beside it.';

const byRule = [
  [/^REMOVED$/, remove],
  [/^STRICTER$/, 'Leave the limit as it is. Where the service must refuse more, let it do so for a new field or RPC.'],
  [/SAME_(JSON_)?NAME$/, rename],
  [/UNLESS_(NAME|NUMBER)_RESERVED$|^RESERVED_/, reserve],
  [/^RPC_SAME/, rpc],
  [/TYPE$|CARDINALITY$|DEFAULT$|JSTYPE$/, retype],
  [/ONEOF$/, 'Leave fields in or out of the oneof they are in. Add a new field with the other meaning.'],
  [
    /PACKAGE|FILE_/,
    'Leave the message where it is: its package is in its name. A new package (v2) is a new promise, beside the old one.',
  ],
];

/** @param {string} rule of a finding */
export const adviceOn = (rule) =>
  byRule.find(([pattern]) => pattern.test(rule))?.[1] ??
  'Add what is new beside what there is, and leave that as it is.';
