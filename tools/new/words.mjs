// A name in all the spellings that code, contracts and sentences want.

const split = (pascal) => pascal.match(/[A-Z][a-z0-9]*/g) ?? [];

export const pascal = (name) => name[0].toUpperCase() + name.slice(1);
export const camel = (name) => name[0].toLowerCase() + name.slice(1);
export const snake = (name) => split(name).join('_').toLowerCase();
export const kebab = (name) => split(name).join('-').toLowerCase();
export const words = (name) => split(name).join(' ').toLowerCase();

/** English enough; who disagrees says it with `--plural`. */
export function plural(name) {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}

/** `Archive` becomes `archives`, as comments of RPCs begin. */
export const thirdPerson = (verb) => plural(verb.toLowerCase());

export const withArticle = (noun) => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;
