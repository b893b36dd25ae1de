import type { Style } from '@kelp/contract-template';

export type StyleField = keyof Style;

const box = { align: 'align', padding: 'padding', backgroundColor: 'container-background-color' } as const;
const font = {
  color: 'color',
  fontSize: 'font-size',
  fontFamily: 'font-family',
  fontWeight: 'font-weight',
  lineHeight: 'line-height',
} as const;

/** How each kind of block says in MJML what it looks like: the elements' own attributes, by the fields of a style. */
export const STYLE_ATTRIBUTES = {
  section: {
    backgroundColor: 'background-color',
    padding: 'padding',
    align: 'text-align',
    borderRadius: 'border-radius',
  },
  text: { ...box, ...font, height: 'height' },
  image: { ...box, borderRadius: 'border-radius', width: 'width', height: 'height' },
  button: {
    ...font,
    align: 'align',
    padding: 'padding',
    backgroundColor: 'background-color',
    borderRadius: 'border-radius',
    width: 'width',
    height: 'height',
  },
  divider: { ...box, color: 'border-color', width: 'width' },
  spacer: { padding: 'padding', backgroundColor: 'container-background-color', height: 'height' },
  social: { ...box, ...font, borderRadius: 'border-radius' },
} as const satisfies Record<string, Partial<Record<StyleField, string>>>;

/** Kinds of blocks that look like something. */
export type StyledKind = keyof typeof STYLE_ATTRIBUTES;

/** The element of each kind. */
export const ELEMENTS: Readonly<Record<StyledKind, string>> = {
  section: 'mj-section',
  text: 'mj-text',
  image: 'mj-image',
  button: 'mj-button',
  divider: 'mj-divider',
  spacer: 'mj-spacer',
  social: 'mj-social',
};
