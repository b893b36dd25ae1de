import type { Comparison, Literal } from '../rendering/expression.js';
import type { Condition, Field } from '../rendering/merge-program.js';
import type { Place } from '../rendering/place.js';
import { dotted, type Language } from './print.js';

type VariableOf = (field: number) => string;

/** Places whose values are escaped as HTML. */
const ESCAPED: ReadonlySet<Place> = new Set(['html', 'address', 'css']);
const ENCODED: ReadonlySet<Place> = new Set(['addressPart', 'contact']);

const quoted = (value: Literal): string => (typeof value === 'string' ? JSON.stringify(value) : String(value));

const HELPERS: Readonly<Record<Comparison, string>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};

/** Handlebars with block parameters and the usual helpers. */
export const handlebars: Language = {
  notes: [
    'Needs the helpers eq, ne, lt, lte, gt, gte, and, or, not where conditions compare, and encode for parts of addresses.',
    'Addresses that values begin with are escaped, but not checked for scripts.',
  ],
  literal: (text) => text.replace(/\\?\{\{/g, (braces) => `\\${braces}`),
  variable: (field: Field) => {
    const [first, ...rest] = dotted(field).split('.');
    const path = [first, ...rest.map((name) => (/^\d/.test(name) || name.includes('-') ? `[${name}]` : name))].join(
      '.',
    );
    return field.scope === 0 ? `@root.${path}` : path;
  },
  output: (variable, place) => {
    if (ENCODED.has(place)) return `{{{encode ${variable}}}}`;
    return ESCAPED.has(place) ? `{{${variable}}}` : `{{{${variable}}}}`;
  },
  condition: (condition, variableOf) => ({ before: '', test: handlebarsTest(condition, variableOf) }),
  branch: (test, then, otherwise) => `{{#if ${test}}}${then}${otherwise && `{{else}}${otherwise}`}{{/if}}`,
  loop: (list, item, body) => `{{#each ${list} as |${item}|}}${body}{{/each}}`,
};

function handlebarsTest(condition: Condition, variableOf: VariableOf): string {
  switch (condition[0]) {
    case 'field':
      return variableOf(condition[1]);
    case 'value':
      return quoted(condition[1]);
    case 'not':
      return `(not ${handlebarsTest(condition[1], variableOf)})`;
    case 'and':
    case 'or':
      return `(${condition[0]} ${handlebarsTest(condition[1], variableOf)} ${handlebarsTest(condition[2], variableOf)})`;
    default:
      return `(${HELPERS[condition[0]]} ${handlebarsTest(condition[1], variableOf)} ${handlebarsTest(condition[2], variableOf)})`;
  }
}

/** Liquid has no parentheses, no `not`, and takes 0 and empty texts for true: conditions become variables first. */
export function liquid(): Language {
  let count = 0;
  const evaluate = (condition: Condition, variableOf: VariableOf): { before: string; test: string } => {
    const set = (test: string, before = '') => {
      const name = `c${++count}`;
      return {
        before: `${before}{% assign ${name} = false %}{% if ${test} %}{% assign ${name} = true %}{% endif %}`,
        test: name,
      };
    };
    switch (condition[0]) {
      case 'field': {
        const variable = variableOf(condition[1]);
        return set(`${variable} and ${variable} != 0 and ${variable} != empty`);
      }
      case 'value':
        return { before: '', test: String(Array.isArray(condition[1]) ? true : Boolean(condition[1])) };
      case 'not': {
        const { before, test } = evaluate(condition[1], variableOf);
        return set(`${test} == false`, before);
      }
      case 'and':
      case 'or': {
        const [left, right] = [evaluate(condition[1], variableOf), evaluate(condition[2], variableOf)];
        return set(`${left.test} ${condition[0]} ${right.test}`, left.before + right.before);
      }
      default: {
        const [left, right] = [operand(condition[1], variableOf), operand(condition[2], variableOf)];
        return set(`${left.test} ${condition[0]} ${right.test}`, left.before + right.before);
      }
    }
  };
  const operand = (condition: Condition, variableOf: VariableOf) => {
    if (condition[0] === 'field') return { before: '', test: variableOf(condition[1]) };
    if (condition[0] === 'value') return { before: '', test: condition[1] === null ? 'nil' : quoted(condition[1]) };
    return evaluate(condition, variableOf);
  };
  return {
    notes: ['Addresses that values begin with are escaped, but not checked for scripts.'],
    literal: (text) => text.replace(/\{[{%]/g, (opening) => `{% raw %}${opening}{% endraw %}`),
    variable: (field) => dotted(field).replace(/\.(\d+)(?=\.|$)/g, '[$1]'),
    output: (variable, place) => {
      if (ENCODED.has(place)) return `{{ ${variable} | url_encode | replace: "+", "%20" }}`;
      return ESCAPED.has(place) ? `{{ ${variable} | escape }}` : `{{ ${variable} }}`;
    },
    condition: evaluate,
    branch: (test, then, otherwise) => `{% if ${test} %}${then}${otherwise && `{% else %}${otherwise}`}{% endif %}`,
    loop: (list, item, body) => `{% for ${item} in ${list} %}${body}{% endfor %}`,
  };
}

/** Jinja 2, as Sendwithus and HubSpot know it. */
export const jinja: Language = {
  notes: [
    'Addresses that values begin with are escaped, but not checked for scripts.',
    'true and false print as the engine prints them, in Python as True and False.',
    'Parts of addresses are encoded with urlencode, which leaves slashes.',
  ],
  literal: (text) => text.replace(/\{[{%#]/g, (opening) => `{{ "${opening}" }}`),
  variable: (field) => {
    // To look into what is missing is an error there: at each step an empty object takes its place.
    const [first, ...rest] = dotted(field).split('.');
    return rest.reduce((holder, name) => `(${holder}|default({}, true))${jinjaStep(name)}`, first!);
  },
  output: (variable, place) => {
    if (ENCODED.has(place)) return `{{ ${variable}|urlencode|safe }}`;
    return ESCAPED.has(place) ? `{{ ${variable}|e }}` : `{{ ${variable}|safe }}`;
  },
  condition: (condition, variableOf) => ({ before: '', test: jinjaTest(condition, variableOf) }),
  branch: (test, then, otherwise) => `{% if ${test} %}${then}${otherwise && `{% else %}${otherwise}`}{% endif %}`,
  loop: (list, item, body) => `{% for ${item} in ${list} or [] %}${body}{% endfor %}`,
};

function jinjaTest(condition: Condition, variableOf: VariableOf): string {
  switch (condition[0]) {
    case 'field':
      return variableOf(condition[1]);
    case 'value':
      return condition[1] === null ? 'none' : quoted(condition[1]);
    case 'not':
      return `(not ${jinjaTest(condition[1], variableOf)})`;
    case 'and':
    case 'or':
      return `(${jinjaTest(condition[1], variableOf)} ${condition[0]} ${jinjaTest(condition[2], variableOf)})`;
    default: {
      const [left, right] = [jinjaOperand(condition[1], variableOf), jinjaOperand(condition[2], variableOf)];
      const compared = `${left} ${condition[0]} ${right}`;
      if (condition[0] === '==' || condition[0] === '!=') return `(${compared})`;
      // What is no number comes neither before nor behind one.
      return `(${left} is number and ${right} is number and ${compared})`;
    }
  }
}

/** What is missing equals none. */
function jinjaOperand(condition: Condition, variableOf: VariableOf): string {
  const test = jinjaTest(condition, variableOf);
  return condition[0] === 'field' ? `(${test} if ${test} is defined else none)` : test;
}

function jinjaStep(name: string): string {
  if (/^\d+$/.test(name)) return `[${name}]`;
  return name.includes('-') ? `["${name}"]` : `.${name}`;
}
