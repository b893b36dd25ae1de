import type { Content } from '@kelp/contract-template';
import type { Source } from '../rendering/compile.js';
import { toMjml } from './to-mjml.js';

/** What a draft is compiled from. */
export const sourceOf = ({ subject, preheader, mjml, text, document }: Content): Source => ({
  subject,
  preheader,
  mjml: document ? toMjml(document) : mjml,
  text,
});
