// MJML's compiler, in a thread of its own: what takes it seconds, or all its memory, must not hold up renders. It says once
// that it is there; then it is asked for one document at a time, and answers with what became of it.
import { parentPort } from 'node:worker_threads';
import mjml2html from 'mjml';

parentPort.on('message', async (mjml) => {
  try {
    const { html, errors } = await mjml2html(mjml, { validationLevel: 'soft', ignoreIncludes: true });
    const problems = errors.map(({ line, tagName, message }) => `Line ${line}: ${tagName}: ${message.trim()}.`);
    parentPort.postMessage({ html, problems });
  } catch (error) {
    parentPort.postMessage({ html: '', problems: [error instanceof Error ? error.message : String(error)] });
  }
});
parentPort.postMessage('ready');
