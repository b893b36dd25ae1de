// MJML's compiler, in a process of its own: what takes it seconds, or all its memory, must not hold up renders, or end them.
// It says once that it is there; then it is asked for one document at a time, and answers with what became of it. It ends
// with the process that asks, and by nobody else's signal: Ctrl-C at a terminal goes to both.
import { convert } from 'html-to-text';
import mjml2html from 'mjml';

const PROBLEM_LENGTH_MAX = 2_000;

const keepCase = { options: { uppercase: false } };

/** How a message is told without any markup. Nothing is wrapped or put in capitals: it has stand-ins for merge fields. */
const asText = {
  wordwrap: false,
  selectors: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, ...keepCase })),
    { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
    { selector: 'div[style*="display:none"]', format: 'skip' },
  ],
};

async function compile({ mjml, lengthMax, problemsMax }) {
  try {
    const { html, errors } = await mjml2html(mjml, { validationLevel: 'soft', ignoreIncludes: true });
    const problems = errors
      .slice(0, problemsMax)
      .map(({ line, tagName, message }) => `Line ${line}: ${tagName}: ${message.trim().slice(0, PROBLEM_LENGTH_MAX)}.`);
    const isWhole = problems.length === 0 && html.length < lengthMax;
    return { html: html.slice(0, lengthMax), text: isWhole ? convert(html, asText).slice(0, lengthMax) : '', problems };
  } catch (error) {
    return {
      html: '',
      text: '',
      problems: [error instanceof Error ? error.message.slice(0, PROBLEM_LENGTH_MAX) : String(error)],
    };
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', async (document) => process.send(await compile(document)));
process.send('ready');
