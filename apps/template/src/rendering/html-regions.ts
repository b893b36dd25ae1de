/** A part of an HTML document in which a value can stand, or which tells what the document does. */
export type Region = TextRegion | StyleRegion | AttributeRegion | ElementRegion;

interface Span {
  readonly start: number;
  readonly end: number;
  /** Inside a comment, which browsers skip and, where it is a conditional one, Outlook reads. */
  readonly inComment: boolean;
}

/** Text between tags, in a title or a text area. */
export interface TextRegion extends Span {
  readonly kind: 'text';
}

/** The style sheet in a style element. */
export interface StyleRegion extends Span {
  readonly kind: 'style';
}

/** An attribute's value, without its quotes. */
export interface AttributeRegion extends Span {
  readonly kind: 'attribute';
  /** In small letters. */
  readonly name: string;
  readonly quoted: boolean;
}

/** The name of an element, in its start tag. */
export interface ElementRegion extends Span {
  readonly kind: 'element';
  /** In small letters. */
  readonly name: string;
}

const SPACE = /[\t\n\f\r ]*/y;
const SPACE_OR_SLASH = /[\t\n\f\r /]*/y;
const TAG_NAME = /[a-zA-Z][^\t\n\f\r />]*/y;
const ATTRIBUTE_NAME = /[^\t\n\f\r />][^\t\n\f\r />=]*/y;
const UNQUOTED = /[^\t\n\f\r >]*/y;
const COMMENT_END = /--!?>/g;
const CONDITIONAL = /\[if [^\]]*\]>/y;

/** Elements whose content is no markup. In the first two character references mean something, in the others nothing. */
const REFERENCES_ONLY = new Set(['title', 'textarea']);
const NO_MARKUP = new Set(['style', 'script', 'xmp', 'iframe', 'noembed', 'noframes', 'plaintext']);

/**
 * Walks through HTML as browsers do (the tokenization stage of the HTML standard), and through the conditional comments
 * that Outlook reads as HTML. What no region covers is markup: names, quotes, comments, scripts.
 */
export class HtmlRegions {
  private position = 0;
  private readonly lower: string;

  constructor(
    private readonly html: string,
    /** Where `html` starts in the document. */
    private readonly offset = 0,
    private readonly inComment = false,
  ) {
    // Only ASCII: other letters may change their length, and positions with it.
    this.lower = html.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  }

  *[Symbol.iterator](): Generator<Region> {
    while (this.position < this.html.length) {
      const textStart = this.position;
      const markup = this.nextMarkup();
      if (markup > textStart) yield { kind: 'text', ...this.span(textStart, markup) };
      this.position = markup;
      if (markup < this.html.length) yield* this.markup();
    }
  }

  /** Where the next `<` is that opens a tag, a comment or the like. */
  private nextMarkup(): number {
    const opening = /<[a-zA-Z!/?]/g;
    opening.lastIndex = this.position;
    return opening.exec(this.html)?.index ?? this.html.length;
  }

  private *markup(): Generator<Region> {
    const { html, position } = this;
    const next = html[position + 1]!;
    if (html.startsWith('<!--', position)) yield* this.comment();
    else if (/[a-zA-Z]/.test(next)) yield* this.tag(position + 1, true);
    else if (next === '/' && /[a-zA-Z]/.test(html[position + 2] ?? '')) yield* this.tag(position + 2, false);
    else this.position = this.behindNext('>', position + 2);
  }

  private *comment(): Generator<Region> {
    const start = this.position + '<!--'.length;
    if (this.inComment) {
      this.position = start; // no comment: comments do not nest
      return;
    }
    const empty = /-?>/y;
    empty.lastIndex = start;
    if (empty.test(this.html)) {
      this.position = empty.lastIndex;
      return;
    }
    COMMENT_END.lastIndex = start;
    const match = COMMENT_END.exec(this.html);
    const end = match?.index ?? this.html.length;
    this.position = match ? end + match[0].length : end;
    CONDITIONAL.lastIndex = start;
    const from = CONDITIONAL.test(this.html) ? CONDITIONAL.lastIndex : start;
    yield* new HtmlRegions(this.html.slice(from, end), this.offset + from, true);
  }

  private *tag(nameStart: number, opens: boolean): Generator<Region> {
    const nameEnd = this.behindMatch(TAG_NAME, nameStart);
    const name = this.lower.slice(nameStart, nameEnd);
    if (opens) yield { kind: 'element', name, ...this.span(nameStart, nameEnd) };
    this.position = nameEnd;
    yield* this.attributes();
    if (!opens) return;
    if (REFERENCES_ONLY.has(name) || NO_MARKUP.has(name)) yield* this.content(name);
  }

  private *attributes(): Generator<Region> {
    for (;;) {
      const start = this.behindMatch(SPACE_OR_SLASH, this.position);
      if (start >= this.html.length || this.html[start] === '>') {
        this.position = start + 1;
        return;
      }
      const end = this.behindMatch(ATTRIBUTE_NAME, start);
      const name = this.lower.slice(start, end);
      const equals = this.behindMatch(SPACE, end);
      if (this.html[equals] === '=') yield this.value(name, this.behindMatch(SPACE, equals + 1));
      else {
        yield { kind: 'attribute', name, quoted: false, ...this.span(end, end) };
        this.position = end;
      }
    }
  }

  private value(name: string, start: number): AttributeRegion {
    const quote = this.html[start];
    if (quote === '"' || quote === "'") {
      const closing = this.html.indexOf(quote, start + 1);
      const end = closing < 0 ? this.html.length : closing;
      this.position = end + 1;
      return { kind: 'attribute', name, quoted: true, ...this.span(start + 1, end) };
    }
    this.position = this.behindMatch(UNQUOTED, start);
    return { kind: 'attribute', name, quoted: false, ...this.span(start, this.position) };
  }

  /** The content of an element that ends only with its own end tag. */
  private *content(name: string): Generator<Region> {
    const start = this.position;
    const endTag = new RegExp(`</${name}(?=[\\t\\n\\f\\r />])`, 'g');
    endTag.lastIndex = start;
    const end = name === 'plaintext' ? this.html.length : (endTag.exec(this.lower)?.index ?? this.html.length);
    this.position = end;
    if (end === start) return;
    if (name === 'style') yield { kind: 'style', ...this.span(start, end) };
    else if (REFERENCES_ONLY.has(name)) yield { kind: 'text', ...this.span(start, end) };
  }

  private behindMatch(pattern: RegExp, position: number): number {
    pattern.lastIndex = position;
    return pattern.test(this.html) ? pattern.lastIndex : position;
  }

  private behindNext(character: string, position: number): number {
    const found = this.html.indexOf(character, position);
    return found < 0 ? this.html.length : found + 1;
  }

  private span(start: number, end: number): Span {
    return { start: this.offset + start, end: this.offset + end, inComment: this.inComment };
  }
}
