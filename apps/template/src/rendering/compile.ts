import type { Content } from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';
import { activeContent } from './active-content.js';
import { buildProgram, type PlacedText } from './build-program.js';
import { HtmlRegions, type Region } from './html-regions.js';
import { LineCounter } from './line-counter.js';
import { type MergeText, parseMergeFields } from './merge-field.js';
import type { MergeProgram } from './merge-program.js';
import type { CompiledMjml } from './mjml-process.js';
import { tagProblem } from './mjml-tags.js';
import { places } from './place.js';
import { placeFields } from './place-fields.js';
import {
  invalidMergeField,
  invalidMjml,
  RENDER_BYTES_MAX,
  renderTooLarge,
  VIOLATIONS_MAX,
} from './rendering.errors.js';
import { Tokens } from './tokens.js';

/**
 * Compiles a draft for merging: its merge fields become tokens, MJML becomes HTML, and each token a slot, whose values will
 * be written for the place where it stands. What would run in a browser is refused.
 * @param toHtml compiles MJML
 * @throws INVALID_MERGE_FIELD, INVALID_MJML, RENDER_TOO_LARGE
 */
export async function compile(
  { subject, mjml }: Content,
  toHtml: (mjml: string) => Promise<CompiledMjml>,
): Promise<MergeProgram> {
  const subjectText = parseMergeFields(subject, 'draft.subject');
  const mjmlText = parseMergeFields(mjml, 'draft.mjml');
  const wrong = [...subjectText.violations, ...mjmlText.violations];
  if (wrong.length > 0) throw invalidMergeField(wrong);

  const tokens = new Tokens(mjml);
  const html = await htmlOf(mjml, mjmlText, tokens, toHtml);
  const regions = [...new HtmlRegions(html)];
  const active = activeProblems(html, mjml, regions);
  if (active.length > 0) throw invalidMjml(active);
  const placed = placeFields(html, [...tokens.find(html)], regions, mjmlText.fields);
  if (placed.problems.length > 0) throw invalidMergeField(placed.problems.map(inMjml));
  return buildProgram(placedSubject(subjectText), placed.text);
}

async function htmlOf(
  mjml: string,
  text: MergeText,
  tokens: Tokens,
  toHtml: (mjml: string) => Promise<CompiledMjml>,
): Promise<string> {
  const wrongTag = tagProblem(mjml);
  if (wrongTag) throw invalidMjml([inMjml(wrongTag)]);
  const { html, problems } = await toHtml(tokens.insert(text));
  if (problems.length > 0) {
    const asWritten = (problem: string) => tokens.replace(problem, (field) => text.fields[field]?.source ?? '');
    throw invalidMjml(problems.map(asWritten).map(inMjml));
  }
  if (Buffer.byteLength(html) > RENDER_BYTES_MAX) throw renderTooLarge();
  return html;
}

/** A subject's own line breaks are no more welcome than those of values. */
const placedSubject = ({ literals, fields }: MergeText): PlacedText => ({
  literals: literals.map(places.plain),
  fields: fields.map(({ path }) => ({ path, place: 'plain' })),
});

function activeProblems(html: string, mjml: string, regions: readonly Region[]): FieldViolation[] {
  const problems = new Map<string, string>();
  let element = '';
  for (const region of regions) {
    if (region.kind === 'element') element = region.name;
    const active = activeContent(html, region, element);
    if (active) problems.set(active.written, active.problem);
    if (problems.size === VIOLATIONS_MAX) break;
  }
  const source = mjml.toLowerCase();
  return [...problems].map(([written, problem]) => {
    const position = source.indexOf(written);
    // What a default of MJML's wrote stands in no line.
    const line = position < 0 ? '' : `Line ${new LineCounter(source).at(position)}: `;
    return inMjml(`${line}${problem}.`);
  });
}

const inMjml = (description: string): FieldViolation => ({ field: 'draft.mjml', description });
