import { ScalarType } from '@bufbuild/protobuf';
import { scalarZeroValue } from '@bufbuild/protobuf/reflect';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { counting, Ignore } from './rules.mjs';
import { list } from './sentences.mjs';
import { violationsOf } from './value-rules.mjs';

/**
 * The statements that check one message, in TypeScript: they add to `found` what is wrong with `message`.
 * @param {import('@bufbuild/protobuf').DescMessage} message
 * @param {{ rules: object, file: object }} context `rules` reads the rules of a field; `file` declares what statements
 *   use: `file.check(message)` is the check of another message, undefined where that has no rules
 * @returns {string[]} lines; none where no rule can be broken
 */
export function statementsOf(message, context) {
  return message.members.flatMap((member) =>
    member.kind === 'oneof' ? oneofStatements(member, context) : fieldStatements(member, context),
  );
}

function oneofStatements(oneof, context) {
  const { required } = context.rules.ofOneof(oneof);
  const value = `message.${oneof.localName}`;
  const missing = report(oneof.name, `must have one of ${list(oneof.fields.map((field) => field.name))}`);
  return [
    ...(required ? [`if (${value} === undefined) ${missing}`] : []),
    ...oneof.fields.flatMap((field) => {
      const rules = context.rules.ofField(field);
      if (rules?.required) throw new Error(`${field} is in a oneof, which can be required instead.`);
      const isSet = `${value}?.$case === '${field.localName}'`;
      return onlyWhen(isSet, valueStatements(field.name, `${value}.value`, rules, field, context));
    }),
  ];
}

function fieldStatements(field, context) {
  const rules = context.rules.ofField(field);
  const value = `message.${field.localName}`;
  const path = field.name;
  const statements = contentStatements(path, value, rules, field, context);
  const mayBeAbsent = field.fieldKind === 'message' || field.presence !== FeatureSet_FieldPresence.IMPLICIT;
  const missing = mayBeAbsent ? `${value} === undefined` : isEmpty(value, field);
  const skips = mayBeAbsent || rules?.required || rules?.ignore === Ignore.IF_ZERO_VALUE;
  return [
    ...(rules?.required ? [`if (${missing}) ${report(path, 'must be set')}`] : []),
    ...(skips ? onlyWhen(missing.replace('===', '!=='), statements) : statements),
  ];
}

function contentStatements(path, value, rules, field, context) {
  if (rules === undefined) return [];
  if (field.fieldKind === 'list') {
    return [...breaches(path, value, rules, field, context), ...itemStatements(value, rules, field, context)];
  }
  if (field.fieldKind === 'map') {
    return [...breaches(path, value, rules, field, context), ...entryStatements(value, rules, field, context)];
  }
  return valueStatements(path, value, rules, field, context);
}

/** The statements for one value that is there: a field's, an item, or the value of a map's entry. */
function valueStatements(path, value, rules, field, context) {
  if (rules === undefined) return [];
  const check = field.message && context.file.check(field.message);
  const own = breaches(path, value, rules, field.enum, context);
  if (check === undefined) return own;
  const inner = expression(`${path}.\${inner.field}`);
  return [...own, `for (const inner of ${check}(${value})) found = add(found, ${inner}, inner.description);`];
}

function itemStatements(value, { repeated }, field, context) {
  const rules = counting(repeated?.items);
  const statements = valueStatements(`${field.name}[\${i}]`, 'item', rules, field, context);
  if (statements.length === 0) return [];
  return [
    `for (let i = 0; i < ${value}.length; i++) {`,
    ...indented([`const item = ${value}[i]!;`, ...unlessIgnored(rules, 'item', field, statements)]),
    '}',
  ];
}

function entryStatements(value, { map }, field, context) {
  const [keys, values] = [counting(map?.keys), counting(map?.values)];
  const path = `${field.name}[\${quoted(key)}]`;
  const ofKey = keys ? breaches(path, 'key', keys, undefined, context, 'the key ') : [];
  const ofValue = valueStatements(path, 'item', values, field, context);
  if (ofKey.length > 0 && field.mapKey !== ScalarType.STRING) throw new Error(`${field}: its keys cannot have rules.`);
  const statements = [
    ...(ofKey.length > 0 ? unlessIgnored(keys, 'key', { scalar: field.mapKey }, ofKey) : []),
    ...(ofValue.length > 0 ? [`const item = ${value}[key]!;`, ...unlessIgnored(values, 'item', field, ofValue)] : []),
  ];
  if (statements.length === 0) return [];
  context.file.helper('quoted');
  return [`for (const key in ${value}) {`, ...indented(statements), '}'];
}

const unlessIgnored = ({ ignore }, value, field, statements) =>
  ignore === Ignore.IF_ZERO_VALUE && !field.message
    ? onlyWhen(isZero(value, field).replace('===', '!=='), statements)
    : statements;

/** Whether a field that is always there is empty: what counts as not set. */
function isEmpty(value, field) {
  if (field.fieldKind === 'list') return `${value}.length === 0`;
  if (field.fieldKind === 'map') return `Object.keys(${value}).length === 0`;
  return isZero(value, field);
}

function isZero(value, { scalar }) {
  const zero = scalar === undefined ? 0 : scalarZeroValue(scalar, false);
  if (zero instanceof Uint8Array) return `${value}.length === 0`;
  if (typeof zero === 'string') return `${value} === ''`;
  return `${value} === ${typeof zero === 'bigint' ? `${zero}n` : zero}`;
}

/** What breaks the rules of a value itself. */
const breaches = (path, value, rules, desc, { file }, subject) =>
  violationsOf(rules, { value, desc, file }).map(({ when, must }) => `if (${when}) ${report(path, must, subject)}`);

/** Adds one violation of the field at `path`, which may have placeholders. */
function report(path, must, subject = '') {
  const sentence = `${subject}${must}.`;
  return `found = add(found, ${expression(path)}, ${literal(sentence[0].toUpperCase() + sentence.slice(1))});`;
}

const expression = (path) => (path.includes('$') ? `\`${path}\`` : literal(path));
const literal = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const indented = (lines) => lines.map((line) => `  ${line}`);
const onlyWhen = (condition, lines) => (lines.length === 0 ? [] : [`if (${condition}) {`, ...indented(lines), '}']);
