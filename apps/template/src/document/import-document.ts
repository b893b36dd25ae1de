import type { ImportDocumentRequest, ImportDocumentResponse } from '@kelp/contract-template';
import { parseMergeText } from '../rendering/merge-text.js';
import { tagProblem } from '../rendering/mjml-tags.js';
import { invalidMergeField, invalidMjml } from '../rendering/rendering.errors.js';
import { fromHtml } from './from-html.js';
import { fromMjml } from './from-mjml.js';

/** @throws INVALID_MJML, INVALID_MERGE_FIELD */
export function importDocument({ source }: ImportDocumentRequest): ImportDocumentResponse {
  const text = source?.value ?? '';
  const { violations } = parseMergeText(text, source?.$case ?? '');
  if (violations.length > 0) throw invalidMergeField(violations);
  if (source?.$case === 'html') return fromHtml(text);
  const problem = tagProblem(text);
  if (problem) throw invalidMjml([{ field: 'mjml', description: problem }]);
  return fromMjml(text);
}
