import Handlebars from 'handlebars';
import { Liquid } from 'liquidjs';
import { Environment } from 'minijinja-js';
import mjml2html from 'mjml';
import { sourceOf } from '../../test/sample-program.js';
import { compile } from '../rendering/compile.js';
import { merge } from '../rendering/merge.js';
import { compare, isTruthy } from '../rendering/value.js';
import { handlebars, jinja, liquid } from './languages.js';
import { type Language, printText } from './print.js';

const engine = Handlebars.create();
const operators = { eq: '==', ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
for (const [name, operator] of Object.entries(operators))
  engine.registerHelper(name, (left, right) => compare(operator, left, right));
engine.registerHelper('and', (left, right) => isTruthy(left) && isTruthy(right));
engine.registerHelper('or', (left, right) => isTruthy(left) || isTruthy(right));
engine.registerHelper('not', (value) => !isTruthy(value));
engine.registerHelper('encode', (value) => encodeURIComponent(String(value ?? '')));

const liquidEngine = new Liquid({ ownPropertyOnly: true });
const jinjaEngine = new Environment();
// Jinja has it; this build of its engine does not.
jinjaEngine.addFilter('urlencode', (value: unknown) => encodeURIComponent(String(value ?? '')));

/** Real engines, and how they are written for. */
const ENGINES: [string, () => Language, (template: string, data: object) => string][] = [
  ['Handlebars', () => handlebars, (template, data) => engine.compile(template)(data)],
  ['Liquid', liquid, (template, data) => liquidEngine.parseAndRenderSync(template, data) as string],
  ['Jinja', () => jinja, (template, data) => jinjaEngine.renderStr(template, data as Record<string, unknown>)],
];

const toHtml = async (mjml: string) => ({ html: (await mjml2html(mjml)).html, text: '', problems: [] });
const bodyOf = (content: string) =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${content}</mj-text></mj-column></mj-section></mj-body></mjml>`;

const TEMPLATES = [
  'Hi {{ name }}!',
  'Hi {{ name | default: "you & me" }}',
  '{{ order.total }} {{ order.items.0.name }}',
  '<a href="https://a.example/?q={{ name }}">x</a>',
  '{{#if name}}a{{#else}}b{{/if}}',
  '{{#if n == 1}}one{{#elseif n > 1}}many{{#else}}none{{/if}}',
  '{{#if not vip}}free{{/if}}',
  '{{#if vip and n >= 2}}x{{/if}}{{#if vip or n < 2}}y{{/if}}',
  '{{#if (vip or name == "Ann") and not (n == 0)}}z{{/if}}',
  '{{#if missing == null}}gone{{/if}}{{#if name != "Ann"}}other{{/if}}',
  '{{#if items}}{{#each items as item}}[{{ item.name }}:{{ item.price | default: "free" }} {{ name }}]{{/each}}{{#else}}empty{{/if}}',
  '{{#each items as item}}{{#each item.tags as tag}}{{ tag }},{{/each}}{{#if item.sold}}SOLD{{/if}};{{/each}}',
  'literal {% if %} {# x #} $a %%c%% {&#123;',
];

const DATA = [
  {},
  { name: 'Ann', n: 1, vip: true, order: { total: 12.5, items: [{ name: 'Cup' }] }, items: [] },
  {
    name: '<B & "C">',
    n: 0,
    vip: false,
    items: [
      { name: 'x', price: 0, tags: ['a', 'b'], sold: true },
      { name: 'y', price: 3 },
    ],
  },
  { name: '', n: 7, vip: true, items: [{ tags: [] }, { name: "O'Neil", price: '2', tags: ['ü'] }], missing: 1 },
];

/** Engines write the same characters with different references. */
const decoded = (html: string) =>
  html
    .replace(/&#x([0-9a-f]+);/gi, (_all, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_all, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"');

describe.each(ENGINES)('a template for %s', (_name, language, render) => {
  it.each(TEMPLATES)('comes to the same message there: %s', async (content) => {
    const program = await compile(sourceOf({ mjml: bodyOf(content) }), toHtml);
    const template = printText(program, program.html, language());
    for (const data of DATA) {
      expect(decoded(render(template, data))).toBe(decoded(merge(program, data, { strict: false }).html));
    }
  });
});
