import { Block, Document } from '@kelp/contract-template';
import { type DefaultTreeAdapterMap, parse } from 'parse5';
import { mjmlTags, tagProblem } from '../rendering/mjml-tags.js';
import { giveIds } from './blocks.js';
import { codeBlocksIn, type Imported } from './from-mjml.js';

type Node = DefaultTreeAdapterMap['node'];
type Element = DefaultTreeAdapterMap['element'];

/** Elements that text consists of. Whatever is laid out otherwise, with tables and styles of its own, stays as it is. */
const TEXT = new Set(
  'a abbr b blockquote br code div em h1 h2 h3 h4 h5 h6 i li mark ol p pre s small span strong sub sup u ul'.split(' '),
);

/**
 * HTML as a document. Texts, images and lines become blocks; where there is more to it than those, the body becomes one
 * block of code and its style sheets go with it.
 */
export function fromHtml(html: string): Imported {
  const tree = parse(html, { sourceCodeLocationInfo: true });
  const elements = [...elementsIn(tree)];
  const body = elements.find(({ tagName }) => tagName === 'body');
  const styles = elements.filter(({ tagName }) => tagName === 'style').map((style) => innerOf(html, style));
  const title = elements.find(({ tagName }) => tagName === 'title');
  const isPlain =
    styles.length === 0 && !html.includes('{{#') && mjmlTags(html).next().done && body?.childNodes.every(isText);
  const document = Document.fromPartial({
    head: [
      title ? within('mj-title', innerOf(html, title)) : '',
      ...styles.map((style) => within('mj-style', style)),
    ].join(''),
    blocks: isPlain
      ? (body?.childNodes ?? []).flatMap((node) => blocksOf(html, node))
      : [codeOf(body ? innerOf(html, body) : '')],
  });
  giveIds(document);
  return { document, codeBlocks: codeBlocksIn(document), notes: [] };
}

function* elementsIn(node: Node): Generator<Element> {
  if ('tagName' in node) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsIn(child);
}

/** The source of what stands in an element; the body of a document without tags is all of it. */
function innerOf(html: string, element: Element): string {
  const { sourceCodeLocation: own, childNodes } = element;
  const first = childNodes[0]?.sourceCodeLocation;
  const last = childNodes.at(-1)?.sourceCodeLocation;
  const start = own?.startTag?.endOffset ?? first?.startOffset ?? 0;
  const end = own?.endTag?.startOffset ?? last?.endOffset ?? start;
  return html.slice(start, end);
}

function isText(node: Node): boolean {
  if (!('tagName' in node)) return true;
  if (node.tagName === 'img' || node.tagName === 'hr')
    return node.parentNode?.nodeName === 'body' && hasOnly(node, 'src', 'alt');
  return TEXT.has(node.tagName) && hasOnly(node, 'href', 'title', 'target') && node.childNodes.every(isText);
}

const hasOnly = ({ attrs }: Element, ...names: string[]): boolean => attrs.every(({ name }) => names.includes(name));

function blocksOf(html: string, node: Node): Block[] {
  const place = node.sourceCodeLocation;
  const source = place ? html.slice(place.startOffset, place.endOffset) : '';
  if (node.nodeName === '#comment' || source.trim() === '') return [];
  if (node.nodeName === 'hr') return [Block.fromPartial({ kind: { $case: 'divider', value: {} } })];
  if (node.nodeName !== 'img') return [Block.fromPartial({ kind: { $case: 'text', value: { html: source } } })];
  const attribute = (name: string) => ('attrs' in node ? node.attrs.find((one) => one.name === name)?.value : '') ?? '';
  return [Block.fromPartial({ kind: { $case: 'image', value: { src: attribute('src'), alt: attribute('alt') } } })];
}

/** HTML within an element of MJML: it must not end what holds it. */
function within(element: string, html: string): string {
  const inert = html.replace(/<(\/?mj)/gi, '&lt;$1');
  const whole = `<${element}>${inert}</${element}>`;
  return tagProblem(whole) ? `<${element}>${inert.replace(/<!/g, '&lt;!')}</${element}>` : whole;
}

const codeOf = (html: string): Block =>
  Block.fromPartial({ kind: { $case: 'code', value: { mjml: within('mj-raw', html) } } });
