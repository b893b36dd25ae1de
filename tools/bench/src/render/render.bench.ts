/* eslint-disable @nx/enforce-module-boundaries -- what is measured is inside of the service, where nobody else may reach */
import mjml2html from 'mjml';
import { compile } from '../../../../apps/template/src/rendering/compile.js';
import { merge } from '../../../../apps/template/src/rendering/merge.js';
import { formatProgram, parseProgram } from '../../../../apps/template/src/rendering/merge-program.js';
import type { Bench } from '../bench.js';
import { inAlternation } from '../statistics.js';
import { orderEmail, recipient } from './order-email.js';

const ROUNDS = 5;
/** How long each contestant works in each round, in CPU time. */
const ROUND_MS = 500;
const MEASURE = 'renders';

/** What a render costs once a template is compiled, against compiling it for each recipient. */
export const render: Bench = {
  name: 'render',
  what: 'one email for one recipient: merged into what was compiled, or compiled for each',
  run: async (say) => {
    const program = await compile(orderEmail, async (mjml) => ({ html: (await mjml2html(mjml)).html, problems: [] }));
    const stored = formatProgram(program);
    const naive = (index: number) => compiledForEach(orderEmail.mjml, recipient(index));
    const { html } = merge(program, recipient(0), { strict: true });
    await naive(0); // the first one takes many times as long as the next ones
    const contestants = await inAlternation(ROUNDS, {
      'MJML and replace, for each recipient': () => perCpuSecond(naive, say),
      'merge, from the stored form': () =>
        perCpuSecond(async (index) => merge(parseProgram(stored), recipient(index), { strict: true }).html, say),
      'merge, from the cache': () =>
        perCpuSecond(async (index) => merge(program, recipient(index), { strict: true }).html, say),
    });
    return {
      measures: [{ name: MEASURE, unit: 'per CPU second' }],
      contestants,
      notes: [
        `An email of ${Math.round(Buffer.byteLength(html) / 1000)} kB with ${program.fields.length} merge fields at ${program.html.slots.length} places, encoded as UTF-8, in one thread.`,
        'Whoever replaces escapes nothing but HTML; merging also tells addresses and CSS apart, and checks sizes.',
      ],
    };
  },
};

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

/** How it is done without a compiled form. */
async function compiledForEach(mjml: string, data: object): Promise<string> {
  const { html } = await mjml2html(mjml);
  return html.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_field, path: string) => {
    const value = path
      .split('.')
      .reduce<unknown>((at, name) => (at as Record<string, unknown> | undefined)?.[name], data);
    return escapeHtml(String(value ?? ''));
  });
}

const escapeHtml = (text: string) =>
  text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
