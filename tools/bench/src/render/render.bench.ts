/* eslint-disable @nx/enforce-module-boundaries -- what is measured is inside of the service, where nobody else may reach */
import Handlebars from 'handlebars';
import { convert } from 'html-to-text';
import { Liquid } from 'liquidjs';
import mjml2html from 'mjml';
import { compile } from '../../../../apps/template/src/rendering/compile.js';
import { merge } from '../../../../apps/template/src/rendering/merge.js';
import { formatProgram, parseProgram } from '../../../../apps/template/src/rendering/program-form.js';
import type { Bench, Outcome } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { bulk } from './bulk.js';
import { orderEmail, recipient } from './order-email.js';
import { publishLatency } from './publish-latency.js';

const ROUNDS = 5;
/** How long each contestant works in each round, in CPU time. */
const ROUND_MS = 500;
const MEASURE = 'renders';

/** What a render costs once a template is compiled, against template engines, and against compiling for each recipient. */
export const render: Bench = {
  name: 'render',
  what: 'one email for one recipient: merged into what was compiled, by others, and over gRPC; publish to watcher',
  run: async (say) => [await merging(say), await bulk(say), await publishLatency(say)],
};

async function merging(say: (text: string) => void): Promise<Outcome> {
  const toHtml = async (mjml: string) => {
    const { html } = await mjml2html(mjml);
    return { html, text: convert(html, { wordwrap: false }), problems: [] };
  };
  const program = await compile({ ...orderEmail('kelp'), preheader: '', text: '' }, toHtml);
  const htmlOnly = { ...program, text: { literals: [''], slots: [] } };
  const stored = formatProgram(program);
  const handlebarsMjml = orderEmail('handlebars').mjml;
  const handlebars = Handlebars.compile((await mjml2html(handlebarsMjml)).html);
  const liquid = new Liquid({ outputEscape: 'escape', ownPropertyOnly: true });
  const liquidTemplate = liquid.parse((await mjml2html(orderEmail('liquid').mjml)).html);
  const naive = async (index: number) => Handlebars.compile((await mjml2html(handlebarsMjml)).html)(recipient(index));
  const { html } = merge(program, recipient(0), { strict: true });
  await naive(0); // the first one takes many times as long as the next ones
  const contestants = await inAlternation(ROUNDS, {
    'MJML and Handlebars, for each recipient': () => perCpuSecond(naive, say),
    'Handlebars, compiled once': () => perCpuSecond(async (index) => handlebars(recipient(index)), say),
    'LiquidJS, parsed once': () =>
      perCpuSecond(async (index) => liquid.renderSync(liquidTemplate, recipient(index)) as string, say),
    'merge, from the cache': () =>
      perCpuSecond(async (index) => merge(htmlOnly, recipient(index), { strict: true }).html, say),
    'merge, with the plain text': () =>
      perCpuSecond(async (index) => merge(program, recipient(index), { strict: true }).html, say),
    'merge, from the stored form': () =>
      perCpuSecond(async (index) => merge(parseProgram(stored), recipient(index), { strict: true }).html, say),
  });
  return {
    title: 'merging',
    measures: [{ name: MEASURE, unit: 'per CPU second' }],
    contestants,
    references: ['MJML and Handlebars, for each recipient', 'Handlebars, compiled once', 'LiquidJS, parsed once'],
    notes: [
      `An email of ${Math.round(Buffer.byteLength(html) / 1000)} kB with ${program.fields.length} merge fields, a loop over 5 rows and a condition, encoded as UTF-8, in one thread.`,
      'Handlebars and LiquidJS escape HTML only; merging also tells addresses and CSS apart, and bounds steps and sizes.',
      'Targets: 200 times MJML and Handlebars for each recipient, 0.8 times Handlebars, 2 times LiquidJS.',
    ],
  };
}

/** Renders until the time is up. */
async function perCpuSecond(renderOne: (index: number) => Promise<string>, say: (text: string) => void) {
  const start = process.cpuUsage();
  let bytes = 0;
  let renders = 0;
  let ms = 0;
  while (ms < ROUND_MS) {
    for (let i = 0; i < 10; i++) bytes += Buffer.from(await renderOne(renders++)).length;
    const { user, system } = process.cpuUsage(start);
    ms = (user + system) / 1000;
  }
  say(`${renders} renders, ${Math.round(bytes / 1e6)} MB`);
  return { [MEASURE]: (renders / ms) * 1000 };
}
