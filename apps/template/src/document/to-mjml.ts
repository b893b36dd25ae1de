import {
  type Block,
  type Column,
  type Document,
  type SocialLink,
  type Theme,
  Visibility,
} from '@kelp/contract-template';
import { asAttribute } from '../rendering/compose.js';
import { STYLE_ATTRIBUTES, type StyledKind, type StyleField } from './style-attributes.js';

/** What each text of a document says in a language: gets the text's key and the text. */
export type Translate = (key: string, text: string) => string;

/** Which way a language is written. */
export type Direction = 'ltr' | 'rtl';

export interface MjmlOptions {
  readonly translate?: Translate;
  readonly direction?: Direction;
}

/** A document as MJML, with its merge fields, conditions and loops. */
export function toMjml(
  document: Document,
  { translate = (_key, text) => text, direction = 'ltr' }: MjmlOptions = {},
): string {
  return new Printer(document, translate, direction).print();
}

type Attributes = Readonly<Record<string, string | undefined>>;

/** Attributes as they are written; those without a value are not. */
const attributes = (values: Attributes): string =>
  Object.entries(values)
    .filter(([name, value]) => value || (value === '' && name === 'alt'))
    .map(([name, value]) => ` ${name}="${asAttribute(value!)}"`)
    .join('');

const element = (name: string, values: Attributes): string => `<${name}${attributes(values)} />`;

/** How blocks are hidden on some devices. Outlook on Windows knows no media queries, and has a large screen. */
const VISIBILITY_CSS =
  '.kelp-mobile{display:none;mso-hide:all} @media (max-width:480px){.kelp-desktop{display:none!important}' +
  'div.kelp-mobile{display:block!important}td.kelp-mobile{display:table-cell!important}}';

const CLASSES: Readonly<Record<number, string | undefined>> = {
  [Visibility.MOBILE]: 'kelp-mobile',
  [Visibility.DESKTOP]: 'kelp-desktop',
};

const px = (value: number | undefined): string | undefined => (value ? `${value}px` : undefined);

class Printer {
  private readonly theme: Partial<Theme>;
  private usesVisibility = false;

  constructor(
    private readonly document: Document,
    private readonly translate: Translate,
    private readonly direction: Direction,
  ) {
    this.theme = document.theme ?? {};
  }

  print(): string {
    const { backgroundColor, widthPx } = this.theme;
    const body = { 'background-color': backgroundColor, width: px(widthPx) };
    const blocks = this.document.blocks.map((block) => this.top(block)).join('\n');
    return `<mjml><mj-head>${this.head()}</mj-head><mj-body${attributes(body)}>\n${blocks}\n</mj-body></mjml>`; // the head knows by now what the blocks use
  }

  private head(): string {
    const { fontFamily, fontSizePx, textColor, linkColor, fonts = [] } = this.theme;
    const rtl = this.direction === 'rtl';
    const all = { 'font-family': fontFamily };
    const text = { 'font-size': px(fontSizePx), color: textColor, align: rtl ? 'right' : undefined };
    const button = {
      'background-color': this.theme.buttonColor,
      color: this.theme.buttonTextColor,
      'border-radius': px(this.theme.cornerRadiusPx),
    };
    const section = { 'background-color': this.theme.contentColor, direction: rtl ? 'rtl' : undefined };
    const column = { direction: rtl ? 'rtl' : undefined };
    const defaults = Object.entries({
      'mj-all': all,
      'mj-text': text,
      'mj-button': button,
      'mj-section': section,
      'mj-column': column,
    }).flatMap(([name, values]) => (Object.values(values).some(Boolean) ? [element(name, values)] : []));
    return [
      ...fonts.map(({ name, url }) => element('mj-font', { name, href: url })),
      defaults.length > 0 ? `<mj-attributes>${defaults.join('')}</mj-attributes>` : '',
      linkColor ? `<mj-style>a { color: ${linkColor.replace(/[^\w#%.,() -]/g, '')} }</mj-style>` : '',
      this.usesVisibility ? `<mj-style>${VISIBILITY_CSS}</mj-style>` : '',
      this.document.head,
    ].join('');
  }

  /** A block where sections stand. */
  private top(block: Block): string {
    const { kind } = block;
    switch (kind?.$case) {
      case 'section':
        return this.section(block, kind.value.columns, kind.value.fullWidth);
      case 'condition':
      case 'loop':
        return this.controlled(block, (inner) => this.top(inner));
      case 'code':
        return kind.value.mjml;
      default:
        return this.section({ ...block, style: undefined }, [
          { widthPercent: 0, blocks: [block], backgroundColor: '' },
        ]);
    }
  }

  private section(block: Block, columns: readonly Column[], fullWidth = false): string {
    const own = { ...this.style(block, 'section'), 'full-width': fullWidth ? 'full-width' : undefined };
    return `<mj-section${attributes(own)}>${columns.map((column) => this.column(column)).join('')}</mj-section>`;
  }

  private column({ widthPercent, blocks, backgroundColor }: Column): string {
    const own = { width: widthPercent ? `${widthPercent}%` : undefined, 'background-color': backgroundColor };
    return `<mj-column${attributes(own)}>${blocks.map((block) => this.inColumn(block)).join('')}</mj-column>`;
  }

  private inColumn(block: Block): string {
    const { id, kind } = block;
    const text = (field: string, value: string) => this.translate(`${id}.${field}`, value);
    switch (kind?.$case) {
      case 'text':
        return `<mj-text${attributes(this.style(block, 'text'))}>${text('html', kind.value.html)}</mj-text>`;
      case 'image': {
        const { src, alt, href } = kind.value;
        const own = { src, alt: alt && text('alt', alt), href, ...this.style(block, 'image') };
        return element('mj-image', own);
      }
      case 'button': {
        const own = { href: kind.value.href, ...this.style(block, 'button') };
        return `<mj-button${attributes(own)}>${text('label', kind.value.label)}</mj-button>`;
      }
      case 'divider':
        return element('mj-divider', { 'border-width': px(kind.value.thicknessPx), ...this.style(block, 'divider') });
      case 'spacer':
        return element('mj-spacer', this.style(block, 'spacer'));
      case 'social':
        return this.social(block, kind.value.links);
      case 'condition':
      case 'loop':
        return this.controlled(block, (inner) => this.inColumn(inner));
      case 'code':
        return kind.value.mjml;
      default:
        return '';
    }
  }

  private social(block: Block, links: readonly SocialLink[]): string {
    const shown = links.length > 0 ? links : (this.theme.socialLinks ?? []);
    const icons = shown.map(({ network, href }) => element('mj-social-element', { name: network, href }));
    return `<mj-social${attributes(this.style(block, 'social'))}>${icons.join('')}</mj-social>`;
  }

  private controlled({ kind }: Block, print: (block: Block) => string): string {
    if (kind?.$case === 'loop') {
      const { list, item, blocks } = kind.value;
      return `{{#each ${list} as ${item}}}${blocks.map(print).join('')}{{/each}}`;
    }
    if (kind?.$case !== 'condition') return '';
    const { branches, otherwise } = kind.value;
    const parts = branches.map(
      ({ condition, blocks }, index) =>
        `{{#${index === 0 ? 'if' : 'elseif'} ${condition}}}${blocks.map(print).join('')}`,
    );
    const last = otherwise.length > 0 ? `{{#else}}${otherwise.map(print).join('')}` : '';
    return parts.length > 0 ? `${parts.join('')}${last}{{/if}}` : otherwise.map(print).join('');
  }

  private style({ style, visibleOn }: Block, kind: StyledKind): Attributes {
    const cssClass = CLASSES[visibleOn];
    this.usesVisibility ||= cssClass !== undefined;
    const own: [string, string | undefined][] = Object.entries(STYLE_ATTRIBUTES[kind]).map(([field, attribute]) => {
      const value = style?.[field as StyleField];
      return [attribute, field === 'align' ? this.align(value) : value];
    });
    return { ...Object.fromEntries(own), 'css-class': cssClass };
  }

  private align(align: string | undefined): string | undefined {
    const rtl = this.direction === 'rtl';
    if (align === 'start') return rtl ? 'right' : 'left';
    if (align === 'end') return rtl ? 'left' : 'right';
    return align;
  }
}
