import { LineCounter } from './line-counter.js';

/** What begins a tag of MJML's own, or a part in which there is none. */
const OPENING = /<!--|<!\[CDATA\[|<\/?mj[a-z-]*/gi;
const OPAQUE: Readonly<Record<string, string>> = { '<!--': '-->', '<![cdata[': ']]>' };

interface Tag {
  /** Such as `mj-text`. */
  readonly name: string;
  readonly kind: 'start' | 'end' | 'empty';
  /** Where it begins. */
  readonly line: number;
}

/**
 * The first thing that is wrong with how MJML's own tags begin and end; undefined where nothing is. MJML's compiler would
 * guess what was meant and lose half a message, and would leave `mj-include`, which reads files, out without a word.
 */
export function tagProblem(mjml: string): string | undefined {
  const open: Tag[] = [];
  for (const { name, kind, line } of tagsOf(mjml)) {
    const innermost = open.at(-1);
    if (name === 'mj-include') return `Line ${line}: mj-include is not available.`;
    if (kind === 'start') open.push({ name, kind, line });
    if (kind !== 'end') continue;
    if (!innermost) return `Line ${line}: </${name}> ends nothing.`;
    if (innermost.name !== name)
      return `Line ${line}: </${name}> stands before the end of <${innermost.name}> of line ${innermost.line}.`;
    open.pop();
  }
  const unended = open.at(-1);
  return unended && `Line ${unended.line}: <${unended.name}> does not end.`;
}

function* tagsOf(mjml: string): Generator<Tag> {
  const lines = new LineCounter(mjml);
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const match = OPENING.exec(mjml);
    if (!match) return;
    const line = lines.at(match.index);
    const opening = match[0].toLowerCase();
    const name = opening.replace(/^<\/?/, '');
    const closing = OPAQUE[opening];
    position = closing
      ? behind(mjml, closing, match.index + opening.length)
      : tagEnd(mjml, match.index + opening.length);
    if (closing) continue;
    if (opening.startsWith('</')) yield { name, kind: 'end', line };
    else yield { name, kind: mjml[position - 2] === '/' ? 'empty' : 'start', line };
  }
}

/** Behind the `>` that ends a tag: not one in a quoted value. */
function tagEnd(mjml: string, from: number): number {
  let position = from;
  for (;;) {
    const stop = /[>]|=\s*["']/g;
    stop.lastIndex = position;
    const match = stop.exec(mjml);
    if (!match) return mjml.length;
    if (match[0] === '>') return stop.lastIndex;
    position = behind(mjml, match[0].at(-1)!, stop.lastIndex);
  }
}

function behind(text: string, ending: string, from: number): number {
  const found = text.indexOf(ending, from);
  return found < 0 ? text.length : found + ending.length;
}
