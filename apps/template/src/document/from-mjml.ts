import { Block, type Column, Document, Style } from '@kelp/contract-template';
import { asAttribute } from '../rendering/compose.js';
import { formatExpression } from '../rendering/expression.js';
import { type MergeControl, parseMergeText } from '../rendering/merge-text.js';
import { decodeReferences } from '../rendering/references.js';
import { allBlocks, giveIds } from './blocks.js';
import { type MjmlElement, mjmlTree } from './mjml-tree.js';
import { ELEMENTS, STYLE_ATTRIBUTES, type StyledKind } from './style-attributes.js';

/** A document that was made of something else. */
export interface Imported {
  readonly document: Document;
  readonly codeBlocks: number;
  /** What was left out, in sentences. */
  readonly notes: string[];
}

/** How many blocks of code a document has. */
export const codeBlocksIn = (document: Document): number =>
  [...allBlocks(document)].filter(({ kind }) => kind?.$case === 'code').length;

/**
 * MJML as a document that comes to the same message. Elements, or attributes, that no block has become blocks of code.
 * @param mjml whose tags begin and end in each other
 */
export function fromMjml(mjml: string): Imported {
  return new Importer(mjml).import();
}

type Kind = NonNullable<Block['kind']>;
type Item = MjmlElement | (MergeControl & { readonly start: number; readonly end: number });

/** Not understood: what it stands in becomes code. */
class NotUnderstood extends Error {
  override readonly name = 'NotUnderstood';
}

class Importer {
  private readonly notes: string[] = [];
  private readonly controls: (MergeControl & { readonly start: number; readonly end: number })[];

  constructor(private readonly mjml: string) {
    const { literals, tags } = parseMergeText(mjml, '');
    let position = 0;
    this.controls = tags.flatMap((tag, index) => {
      const start = position + literals[index]!.length;
      position = start + tag.source.length;
      return tag.kind === 'field' ? [] : [{ ...tag, start, end: position }];
    });
  }

  import(): Imported {
    const root = mjmlTree(this.mjml).find(({ name }) => name === 'mjml');
    const head = root?.children.find(({ name }) => name === 'mj-head');
    const body = root?.children.find(({ name }) => name === 'mj-body');
    const document = Document.fromPartial({ head: head ? this.inner(head).trim() : '' });
    if (body) {
      document.theme = this.theme(body);
      document.blocks = this.orCode(body, () => this.sequence(body, (element) => this.top(element)));
    }
    giveIds(document);
    return { document, codeBlocks: codeBlocksIn(document), notes: this.notes };
  }

  private theme(body: MjmlElement): Document['theme'] {
    const known = { 'background-color': '', width: '' };
    for (const [name, value] of body.attributes ?? []) {
      if (name in known) known[name as keyof typeof known] = value;
      else this.notes.push(`mj-body's ${name} was left out.`);
    }
    const width = /^(\d{1,4})px$/.exec(known.width)?.[1];
    if (known.width && !width) this.notes.push(`mj-body's width ${known.width} was left out.`);
    return Document.fromPartial({ theme: { backgroundColor: known['background-color'], widthPx: Number(width ?? 0) } })
      .theme;
  }

  /** What stands in an element, in blocks; conditions and loops around them. */
  private sequence(parent: MjmlElement, toBlock: (element: MjmlElement) => Block): Block[] {
    const blocks: Block[] = [];
    const open: { into: Block[]; block?: Block }[] = [{ into: blocks }];
    for (const item of this.itemsIn(parent)) {
      const innermost = open.at(-1)!;
      if ('name' in item) {
        innermost.into.push(toBlock(item));
        continue;
      }
      const condition = innermost.block?.kind?.$case === 'condition' ? innermost.block.kind.value : undefined;
      if (item.kind === 'if') {
        const branch = { condition: formatExpression(item.condition), blocks: [] };
        const block = blockOf({ $case: 'condition', value: { branches: [branch], otherwise: [] } });
        innermost.into.push(block);
        open.push({ into: branch.blocks, block });
      } else if (item.kind === 'each') {
        const within: Block[] = [];
        const block = blockOf({ $case: 'loop', value: { list: item.path, item: item.variable, blocks: within } });
        innermost.into.push(block);
        open.push({ into: within, block });
      } else if (item.kind === 'elseif' && condition) {
        const branch = { condition: formatExpression(item.condition), blocks: [] };
        condition.branches.push(branch);
        innermost.into = branch.blocks;
      } else if (item.kind === 'else' && condition) innermost.into = condition.otherwise;
      else if (item.kind === 'end' && open.length > 1) open.pop();
      else throw new NotUnderstood();
    }
    if (open.length > 1) throw new NotUnderstood();
    return blocks;
  }

  /** The elements of an element, and the conditions and loops between them. */
  private itemsIn({ innerStart, innerEnd, children }: MjmlElement): Item[] {
    const between = this.controls.filter(
      ({ start, end }) =>
        start >= innerStart && end <= innerEnd && !children.some((child) => child.start <= start && end <= child.end),
    );
    return [...children, ...between].sort((a, b) => a.start - b.start);
  }

  private top(element: MjmlElement): Block {
    if (element.name !== 'mj-section') return this.code(element);
    return this.orCode(element, () => {
      const { style, rest } = styleOf(element, 'section');
      const fullWidth = rest.get('full-width') === 'full-width';
      if (rest.size > (fullWidth ? 1 : 0)) throw new NotUnderstood();
      const columns = this.itemsIn(element).map((item) => this.column(item));
      return [blockOf({ $case: 'section', value: { columns, fullWidth } }, style)];
    })[0]!;
  }

  private column(item: Item): Column {
    if (!('name' in item) || item.name !== 'mj-column' || !item.attributes) throw new NotUnderstood();
    const attributes = new Map(item.attributes);
    const width = /^(\d{1,2}|100)%$/.exec(attributes.get('width') ?? '0%')?.[1];
    const backgroundColor = attributes.get('background-color') ?? '';
    attributes.delete('width');
    attributes.delete('background-color');
    if (attributes.size > 0 || width === undefined) throw new NotUnderstood();
    return {
      widthPercent: Number(width),
      backgroundColor,
      blocks: this.sequence(item, (element) => this.inColumn(element)),
    };
  }

  private inColumn(element: MjmlElement): Block {
    const kind = (Object.keys(ELEMENTS) as StyledKind[]).find((known) => ELEMENTS[known] === element.name);
    if (!kind || kind === 'section' || kind === 'social') return this.code(element);
    return this.orCode(element, () => {
      const { style, rest } = styleOf(element, kind);
      const block = blockOf(this.kind(element, kind, rest), style);
      if (rest.size > 0) throw new NotUnderstood();
      return [block];
    })[0]!;
  }

  /** Takes the attributes that it understands out of `rest`. */
  private kind(element: MjmlElement, kind: Exclude<StyledKind, 'section' | 'social'>, rest: Map<string, string>): Kind {
    const take = (name: string) => {
      const value = plain(rest.get(name) ?? '');
      rest.delete(name);
      return value;
    };
    switch (kind) {
      case 'text':
        if (element.children.length > 0) throw new NotUnderstood();
        return { $case: 'text', value: { html: this.inner(element) } };
      case 'button':
        if (element.children.length > 0) throw new NotUnderstood();
        return { $case: 'button', value: { href: take('href'), label: this.inner(element) } };
      case 'image':
        return { $case: 'image', value: { src: take('src'), alt: take('alt'), href: take('href') } };
      case 'divider': {
        const thickness = /^(\d{1,2})px$/.exec(take('border-width') || '0px');
        if (!thickness) throw new NotUnderstood();
        return { $case: 'divider', value: { thicknessPx: Number(thickness[1]) } };
      }
      case 'spacer':
        return { $case: 'spacer', value: {} };
    }
  }

  private orCode(element: MjmlElement, understand: () => Block[]): Block[] {
    try {
      return understand();
    } catch (error) {
      if (error instanceof NotUnderstood) return [this.code(element)];
      throw error;
    }
  }

  private code(element: MjmlElement): Block {
    const { start, end, innerStart, innerEnd } = element;
    const isBody = element.name === 'mj-body';
    const mjml = isBody ? this.mjml.slice(innerStart, innerEnd) : this.mjml.slice(start, end);
    return blockOf({ $case: 'code', value: { mjml } });
  }

  private inner({ innerStart, innerEnd }: MjmlElement): string {
    return this.mjml.slice(innerStart, innerEnd);
  }
}

const blockOf = (kind: Kind, style?: Style): Block => ({ ...Block.fromPartial({}), kind, style });

/** An attribute's value as it is meant; such as prints the same again. */
function plain(written: string): string {
  const value = decodeReferences(written);
  if (asAttribute(value) !== written && asAttribute(value) !== written.replace(/&(?!amp;)/g, '&amp;'))
    throw new NotUnderstood();
  return value;
}

/** The style that attributes say, and the other attributes. */
function styleOf(
  { attributes }: MjmlElement,
  kind: StyledKind,
): { style: Style | undefined; rest: Map<string, string> } {
  if (!attributes) throw new NotUnderstood();
  const rest = new Map(attributes);
  const style: Partial<Style> = {};
  for (const [field, attribute] of Object.entries(STYLE_ATTRIBUTES[kind])) {
    const value = rest.get(attribute);
    if (value === undefined) continue;
    style[field as keyof Style] = plain(value);
    rest.delete(attribute);
  }
  return { style: Object.keys(style).length > 0 ? Style.fromPartial(style) : undefined, rest };
}
