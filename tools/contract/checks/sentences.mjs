/** What is wrong, as a sentence that names the limit and never the value: it goes to the caller and into logs. */

const count = (limit, one, many) => `${limit.toLocaleString('en-US')} ${limit === 1n ? one : many}`;

/** Must have so many of something; either end may be absent. */
export function amount(least, most, one, many = `${one}s`) {
  if (most === undefined) return `must have at least ${count(least, one, many)}`;
  if (least === undefined) return `must have at most ${count(most, one, many)}`;
  if (least === most) return `must have exactly ${count(most, one, many)}`;
  return `must have ${least.toLocaleString('en-US')} to ${count(most, one, many)}`;
}

/** Must be in a range, of which either end may be absent. */
export function range({ gt, gte, lt, lte }) {
  const number = (limit) => limit.toLocaleString('en-US');
  if (gte !== undefined && lte !== undefined) return `must be from ${number(gte)} to ${number(lte)}`;
  const least = gt === undefined ? gte !== undefined && `at least ${number(gte)}` : `more than ${number(gt)}`;
  const most = lt === undefined ? lte !== undefined && `at most ${number(lte)}` : `less than ${number(lt)}`;
  return `must be ${[least, most].filter(Boolean).join(' and ')}`;
}

/** Must match a pattern: shown as a form such as `organizations/{uuid}` where it is one. */
export function pattern(source) {
  const form = source
    .slice(1, -1)
    .replaceAll('[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', '{uuid}')
    .replaceAll('[0-9a-f-]{36}', '{uuid}')
    .replaceAll('[1-9][0-9]{0,8}', '{number}')
    .replaceAll(/\(([^()]*)\)\?/g, '[$1]');
  if (form === '{uuid}') return 'must be a UUID in lower case';
  const isForm = /^([\w/]|\{\w+\}|\[[\w/{}]*\])+$/.test(form);
  return isForm ? `must have the form ${form}` : `must match ${source}`;
}

/** Names several things. */
export const list = (names) => names.join(', ');
