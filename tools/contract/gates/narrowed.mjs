import { rulesReader } from '../checks/rules.mjs';
import { promisesOf, registryOf } from './promises.mjs';

/**
 * The limits of fields that have become stricter: what a caller may send by the older contract is refused by the newer
 * one. `buf breaking` does not look at limits.
 * @returns {{ name: string, owner: string, message: string }[]} by field
 */
export function narrowedLimits(before, after) {
  const now = promisesOf(after);
  const [older, newer] = [rulesReader(registryOf(before)), rulesReader(registryOf(after))];
  const found = [];
  for (const [name, { kind, owner, desc }] of promisesOf(before)) {
    const counterpart = now.get(name);
    if (counterpart === undefined) continue;
    if (kind === 'field') {
      const stricter = narrowed(older.ofField(desc), newer.ofField(counterpart.desc));
      found.push(
        ...stricter.map((what) => ({ name, owner, message: `The limit of "${name}" has become stricter: ${what}.` })),
      );
    }
    if (kind === 'message') {
      for (const oneof of desc.oneofs) {
        const twin = counterpart.desc.oneofs.find((candidate) => candidate.name === oneof.name);
        if (!twin || older.ofOneof(oneof).required || !newer.ofOneof(twin).required) continue;
        const full = `${name}.${oneof.name}`;
        found.push({
          name: full,
          owner,
          message: `The limit of "${full}" has become stricter: one of it is required now.`,
        });
      }
    }
  }
  return found;
}

/** What the newer rules refuse that the older ones did not. Undefined rules never count. */
export function narrowed(older, newer, path = '') {
  if (newer === undefined) return [];
  const { required, ignore, ...types } = newer;
  const { required: wasRequired, ignore: wasIgnored, ...formerTypes } = older ?? {};
  const found = [];
  if (required && !wasRequired) found.push(`${path}required`);
  const hadRules = older !== undefined && Object.keys(formerTypes).length > 0;
  if (hadRules && Object.keys(types).length > 0 && wasIgnored === 1 && ignore !== 1)
    found.push(`${path}not optional any more`);
  for (const [type, rules] of Object.entries(types)) {
    found.push(...narrowedRules(formerTypes[type] ?? {}, rules, `${path}${type}.`));
  }
  return found;
}

/** A limit from below may only shrink, one from above only grow; any other rule may only go away or stay. */
const wider = {
  min_len: (was, is) => is <= was,
  gte: (was, is) => is <= was,
  gt: (was, is) => is <= was,
  max_len: (was, is) => is >= was,
  max_bytes: (was, is) => is >= was,
  max_items: (was, is) => is >= was,
  max_pairs: (was, is) => is >= was,
  lte: (was, is) => is >= was,
  lt: (was, is) => is >= was,
  in: (was, is) => was.every((path) => is.includes(path)),
  not_in: (was, is) => is.every((value) => was.includes(value)),
};
/** What a missing older limit stands for, where that is no limit at all. */
const none = { min_len: 0n };

function narrowedRules(was, is, path) {
  return Object.entries(is).flatMap(([rule, limit]) => {
    if (['items', 'keys', 'values'].includes(rule)) return narrowed(was[rule] ?? {}, limit, `${path}${rule}.`);
    const former = was[rule] ?? none[rule];
    if (former === undefined)
      return rule === 'not_in' && limit.length === 0 ? [] : [`${path}${rule} is new (${text(limit)})`];
    const isWider = wider[rule] ? wider[rule](former, limit) : text(former) === text(limit);
    return isWider ? [] : [`${path}${rule} was ${text(former)}, is ${text(limit)}`];
  });
}

const text = (limit) => (Array.isArray(limit) ? limit.join(', ') : `${limit}`);
