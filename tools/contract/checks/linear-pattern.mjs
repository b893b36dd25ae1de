/**
 * Which regular expressions a contract may use: those that the engine of JavaScript, which tries one way after the
 * other, reads in linear time and exactly like RE2. That holds where the next character alone decides every choice, so
 * that no text can be read in two ways: anchored at both ends, ASCII, without look-around and backreferences.
 */

/** Stands for every character that is not ASCII. */
const OTHER = 128;
const REPEAT_MAX = 1000; // of RE2

/**
 * The pattern, as a JavaScript regular expression.
 * @param {string} pattern
 * @returns {RegExp}
 * @throws where it is not one that a contract may use, saying why
 */
export function linearPattern(pattern) {
  if (!pattern.startsWith('^') || !/[^\\](\\\\)*\$$/.test(pattern))
    throw refused(pattern, 'it is not anchored with ^ and $');
  const reader = { pattern, at: 1, end: pattern.length - 1 };
  const tree = alternatives(reader);
  if (reader.at !== reader.end) throw refused(pattern, `"${pattern[reader.at]}" is out of place at ${reader.at}`);
  decide(tree, new Set(), pattern);
  return new RegExp(pattern, 'u');
}

const refused = (pattern, why) => new Error(`The pattern ${pattern} cannot be checked in linear time: ${why}.`);
const peek = (reader) => (reader.at < reader.end ? reader.pattern[reader.at] : undefined);
const take = (reader) => reader.pattern[reader.at++];

function alternatives(reader) {
  const branches = [sequence(reader)];
  while (peek(reader) === '|') {
    take(reader);
    branches.push(sequence(reader));
  }
  return branches.length === 1 ? branches[0] : { kind: 'choice', branches };
}

function sequence(reader) {
  const parts = [];
  while (peek(reader) !== undefined && peek(reader) !== '|' && peek(reader) !== ')') parts.push(repeated(reader));
  return { kind: 'sequence', parts };
}

function repeated(reader) {
  const body = atom(reader);
  const [quantifier, least, , most] =
    /^(?:[?*+]|\{(\d+)(,(\d*))?\})/.exec(reader.pattern.slice(reader.at, reader.end)) ?? [];
  if (quantifier === undefined) return body;
  reader.at += quantifier.length;
  if ('?*+{'.includes(peek(reader) ?? ' ')) throw refused(reader.pattern, 'it has lazy or double repetition');
  const [min, max] = { '?': [0, 1], '*': [0, Infinity], '+': [1, Infinity] }[quantifier] ?? [
    Number(least),
    most === undefined ? (quantifier.includes(',') ? Infinity : Number(least)) : Number(most || Infinity),
  ];
  if (min > REPEAT_MAX || (max !== Infinity && max > REPEAT_MAX)) throw refused(reader.pattern, 'it repeats too often');
  return { kind: 'repeat', body, min, max };
}

function atom(reader) {
  const character = take(reader);
  if (character === '(') {
    if (peek(reader) === '?') throw refused(reader.pattern, 'it has look-around, flags or a named group');
    const inner = alternatives(reader);
    if (take(reader) !== ')') throw refused(reader.pattern, 'a group does not end');
    return inner;
  }
  if (character === '[') return { kind: 'characters', set: characterClass(reader) };
  if (character === '\\') return { kind: 'characters', set: escaped(reader) };
  if ('.^$*+?{}])'.includes(character)) throw refused(reader.pattern, `it has a bare "${character}"`);
  return { kind: 'characters', set: new Set([ascii(reader, character)]) };
}

function characterClass(reader) {
  const negated = peek(reader) === '^' && take(reader) === '^';
  const set = new Set();
  if (peek(reader) === ']') throw refused(reader.pattern, 'it has an empty class');
  while (peek(reader) !== ']') {
    if (peek(reader) === undefined || peek(reader) === '[') throw refused(reader.pattern, 'a class does not end');
    const first = take(reader);
    if (first === '\\') {
      for (const code of escaped(reader)) set.add(code);
      continue;
    }
    const isRange = peek(reader) === '-' && reader.pattern[reader.at + 1] !== ']';
    if (isRange) take(reader);
    const last = ascii(reader, isRange ? take(reader) : first);
    for (let code = ascii(reader, first); code <= last; code++) set.add(code);
  }
  take(reader);
  return negated ? new Set([...Array(OTHER + 1).keys()].filter((code) => !set.has(code))) : set;
}

const range = (first, last) => [...Array(128).keys()].slice(first.charCodeAt(0), last.charCodeAt(0) + 1);
const digits = range('0', '9');

function escaped(reader) {
  const character = take(reader);
  if (character === 'd') return new Set(digits);
  if (character === 'w') return new Set([...digits, ...range('A', 'Z'), ...range('a', 'z'), '_'.charCodeAt(0)]);
  if (!'^$\\.*+?()[]{}|/-'.includes(character)) throw refused(reader.pattern, `\\${character} is not known`);
  return new Set([character.charCodeAt(0)]);
}

function ascii(reader, character) {
  const code = character.charCodeAt(0);
  if (code >= OTHER) throw refused(reader.pattern, `${character} is not ASCII`);
  return code;
}

const union = (sets) => new Set(sets.flatMap((set) => [...set]));

function nullable(node) {
  if (node.kind === 'characters') return false;
  if (node.kind === 'repeat') return node.min === 0 || nullable(node.body);
  return node.kind === 'choice' ? node.branches.some(nullable) : node.parts.every(nullable);
}

function first(node) {
  if (node.kind === 'characters') return node.set;
  if (node.kind === 'repeat') return first(node.body);
  if (node.kind === 'choice') return union(node.branches.map(first));
  const decisive = node.parts.findIndex((part) => !nullable(part));
  return union(node.parts.slice(0, decisive === -1 ? undefined : decisive + 1).map(first));
}

/** Throws unless every choice in the node is decided by the next character, where those of `follow` may come after it. */
function decide(node, follow, pattern) {
  const distinct = (sets) => {
    if (union(sets).size < sets.reduce((sum, set) => sum + set.size, 0)) throw refused(pattern, 'it is ambiguous');
  };
  if (node.kind === 'sequence') {
    node.parts.forEach((part, index) => {
      const rest = { kind: 'sequence', parts: node.parts.slice(index + 1) };
      decide(part, nullable(rest) ? union([first(rest), follow]) : first(rest), pattern);
    });
  } else if (node.kind === 'choice') {
    if (node.branches.filter(nullable).length > 1) throw refused(pattern, 'it is ambiguous');
    distinct([...node.branches.map(first), ...(nullable(node) ? [follow] : [])]);
    for (const branch of node.branches) decide(branch, follow, pattern);
  } else if (node.kind === 'repeat') {
    if (nullable(node.body)) throw refused(pattern, 'it repeats what may be empty');
    if (node.min !== node.max) distinct([first(node.body), follow]);
    decide(node.body, node.max > 1 ? union([first(node.body), follow]) : follow, pattern);
  }
}
