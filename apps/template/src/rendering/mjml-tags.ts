import { LineCounter } from './line-counter.js';

/** What begins a tag of MJML's own, or a part in which there is none. */
const OPENING = /<!--|<!\[CDATA\[|<\/?mj[a-z-]*/gi;
const OPAQUE: Readonly<Record<string, string>> = { '<!--': '-->', '<![cdata[': ']]>' };

/** A tag of MJML's own. */
export interface MjmlTag {
  /** Such as `mj-text`. */
  readonly name: string;
  readonly kind: 'start' | 'end' | 'empty';
  /** Where it begins. */
  readonly line: number;
  readonly start: number;
  /** Behind its `>`. */
  readonly end: number;
}

/**
 * The first thing that is wrong with how MJML's own tags begin and end; undefined where nothing is. MJML's compiler would
 * guess what was meant and lose half a message, and would leave `mj-include`, which reads files, out without a word.
 */
export function tagProblem(mjml: string): string | undefined {
  const open: MjmlTag[] = [];
  for (const tag of mjmlTags(mjml)) {
    const { name, kind, line } = tag;
    const innermost = open.at(-1);
    if (name === 'mj-include') return `Line ${line}: mj-include is not available.`;
    if (kind === 'start') open.push(tag);
    if (kind !== 'end') continue;
    if (!innermost) return `Line ${line}: </${name}> ends nothing.`;
    if (innermost.name !== name)
      return `Line ${line}: </${name}> stands before the end of <${innermost.name}> of line ${innermost.line}.`;
    open.pop();
  }
  const unended = open.at(-1);
  return unended && `Line ${unended.line}: <${unended.name}> does not end.`;
}

/** The tags of MJML's own, in their order. */
export function* mjmlTags(mjml: string): Generator<MjmlTag> {
  const lines = new LineCounter(mjml);
  let position = 0;
  for (;;) {
    OPENING.lastIndex = position;
    const match = OPENING.exec(mjml);
    if (!match) return;
    const start = match.index;
    const line = lines.at(start);
    const opening = match[0].toLowerCase();
    const name = opening.replace(/^<\/?/, '');
    const closing = OPAQUE[opening];
    position = closing ? behind(mjml, closing, start + opening.length) : tagEnd(mjml, start + opening.length);
    if (closing) continue;
    const kind = opening.startsWith('</') ? 'end' : mjml[position - 2] === '/' ? 'empty' : 'start';
    yield { name, kind, line, start, end: position };
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
