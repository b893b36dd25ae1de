import { mjmlTags } from '../rendering/mjml-tags.js';

/** An element of MJML in its source. */
export interface MjmlElement {
  readonly name: string;
  /** Undefined where the tag has something else than quoted attributes. */
  readonly attributes: ReadonlyMap<string, string> | undefined;
  readonly start: number;
  readonly end: number;
  /** Where its content is. */
  readonly innerStart: number;
  readonly innerEnd: number;
  readonly children: readonly MjmlElement[];
}

const ATTRIBUTE = /\s*([A-Za-z][\w-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const TAG_END = /\s*\/?>$/;

/** The elements of MJML whose tags begin and end in each other. */
export function mjmlTree(mjml: string): MjmlElement[] {
  const roots: MjmlElement[] = [];
  const open: { name: string; start: number; innerStart: number; children: MjmlElement[] }[] = [];
  const add = (element: MjmlElement) => (open.at(-1)?.children ?? roots).push(element);
  for (const { name, kind, start, end } of mjmlTags(mjml)) {
    if (kind === 'start') open.push({ name, start, innerStart: end, children: [] });
    if (kind === 'empty') {
      const attributes = attributesIn(mjml.slice(start, end));
      add({ name, attributes, start, end, innerStart: end, innerEnd: end, children: [] });
    }
    const begun = kind === 'end' ? open.pop() : undefined;
    if (begun)
      add({ ...begun, attributes: attributesIn(mjml.slice(begun.start, begun.innerStart)), end, innerEnd: start });
  }
  return roots;
}

function attributesIn(tag: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>();
  let position = /^<[^\s/>]+/.exec(tag)![0].length;
  for (;;) {
    ATTRIBUTE.lastIndex = position;
    const match = ATTRIBUTE.exec(tag);
    if (!match) break;
    found.set(match[1]!, match[2] ?? match[3]!);
    position = ATTRIBUTE.lastIndex;
  }
  return TAG_END.exec(tag.slice(position))?.index === 0 ? found : undefined;
}
