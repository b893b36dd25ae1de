import type { FieldViolation } from '@kelp/status';
import { activeContent } from './active-content.js';
import { type PlacedText, ProgramBuilder } from './build-program.js';
import { asMjml, previewOf, withHead } from './compose.js';
import { keepControls } from './control-places.js';
import { HtmlRegions, type Region } from './html-regions.js';
import { LineCounter } from './line-counter.js';
import type { MergeProgram, SlottedText } from './merge-program.js';
import { type MergeText, parseMergeText } from './merge-text.js';
import type { CompiledMjml } from './mjml-process.js';
import { tagProblem } from './mjml-tags.js';
import { places } from './place.js';
import { type PlacedBody, placeTags } from './place-tags.js';
import { decodeReferences } from './references.js';
import {
  invalidMergeField,
  invalidMjml,
  RENDER_BYTES_MAX,
  renderTooLarge,
  VIOLATIONS_MAX,
} from './rendering.errors.js';
import { textTags } from './text-tags.js';
import { Tokens } from './tokens.js';

/** What a message is compiled from. */
export interface Source {
  readonly subject: string;
  /** What inboxes show beside the subject; empty for what the document's `mj-preview` says. */
  readonly preheader: string;
  readonly mjml: string;
  /** The message as plain text; empty for what the document says. */
  readonly text: string;
}

/** Compiles MJML. */
export type ToHtml = (mjml: string) => Promise<CompiledMjml>;

/**
 * Compiles a draft for merging: its tags become tokens, MJML becomes HTML and text, and each token a slot, whose values will
 * be written for the place where it stands, or a condition or loop. What would run in a browser is refused.
 * @throws INVALID_MERGE_FIELD, INVALID_MJML, RENDER_TOO_LARGE
 */
export async function compile(source: Source, toHtml: ToHtml): Promise<MergeProgram> {
  const preview = previewOf(source.mjml);
  const subject = parseMergeText(source.subject, 'draft.subject');
  const preheader = parseMergeText(source.preheader || decodeReferences(preview?.trim() ?? ''), 'draft.preheader');
  const body = parseMergeText(withPreheader(source, preview), 'draft.mjml');
  const ownText = parseMergeText(source.text, 'draft.text');
  const wrong = [subject, ...(source.preheader ? [preheader] : []), body, ownText].flatMap(
    ({ violations }) => violations,
  );
  if (source.preheader && preview !== undefined)
    wrong.push({ field: 'draft.preheader', description: 'must be empty, as the MJML has an mj-preview' });
  if (wrong.length > 0) throw invalidMergeField(wrong.slice(0, VIOLATIONS_MAX));

  const tokens = new Tokens(source.mjml + source.preheader);
  const compiled = await htmlOf(body, tokens, toHtml);
  const placed = placedBody(compiled.html, source.mjml, tokens, body);
  const builder = new ProgramBuilder();
  const html = builder.text(placed.text);
  if (!html) throw invalidMergeField([inMjml('Conditions and loops must begin and end in each other.')]);
  const written = (text: MergeText, place: 'plain' | 'text') => builder.text(placedAs(text, place)) ?? NOTHING;
  return builder.program({
    subject: written(subject, 'plain'),
    preheader: written(preheader, 'plain'),
    html,
    text: source.text
      ? written(ownText, 'text')
      : (builder.text(textTags(compiled.text, tokens, body.tags, placed.placeOf)) ?? NOTHING),
  });
}

const NOTHING: SlottedText = { literals: [''], slots: [] };

const withPreheader = ({ mjml, preheader }: Source, preview: string | undefined): string =>
  preheader && preview === undefined ? withHead(mjml, `<mj-preview>${asMjml(preheader)}</mj-preview>`) : mjml;

async function htmlOf(body: MergeText, tokens: Tokens, toHtml: ToHtml): Promise<CompiledMjml> {
  const tokenized = tokens.insert(body);
  const wrongTag = tagProblem(tokenized);
  if (wrongTag) throw invalidMjml([inMjml(wrongTag)]);
  const kept = keepControls(tokenized, [...tokens.find(tokenized)], body.tags);
  if (kept.problems.length > 0) throw invalidMergeField(kept.problems.slice(0, VIOLATIONS_MAX).map(inMjml));
  const compiled = await toHtml(kept.mjml);
  if (compiled.problems.length > 0) {
    const asWritten = (problem: string) => tokens.replace(problem, (tag) => body.tags[tag]?.source ?? '');
    throw invalidMjml(compiled.problems.map(asWritten).map(inMjml));
  }
  if (Buffer.byteLength(compiled.html) > RENDER_BYTES_MAX) throw renderTooLarge();
  return compiled;
}

function placedBody(html: string, mjml: string, tokens: Tokens, body: MergeText): PlacedBody {
  const regions = [...new HtmlRegions(html)];
  const active = activeProblems(html, mjml, regions);
  if (active.length > 0) throw invalidMjml(active);
  const placed = placeTags(html, [...tokens.find(html)], regions, body.tags);
  if (placed.problems.length > 0) throw invalidMergeField(placed.problems.slice(0, VIOLATIONS_MAX).map(inMjml));
  return placed;
}

/** A subject's own line breaks are no more welcome than those of values. */
const placedAs = ({ literals, tags }: MergeText, place: 'plain' | 'text'): PlacedText => ({
  literals: literals.map(places[place]),
  tags: tags.map((tag) => (tag.kind === 'field' ? { ...tag, place } : tag)),
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
