import type { Block, Document } from '@kelp/contract-template';
import type { FieldViolation } from '@kelp/status';
import { ExpressionError, parseExpression, pathProblem } from '../rendering/expression.js';
import { parseMergeText } from '../rendering/merge-text.js';
import { mjmlTags, tagProblem } from '../rendering/mjml-tags.js';
import { VIOLATIONS_MAX } from '../rendering/rendering.errors.js';
import { insideOf } from './blocks.js';

/** How deep blocks may stand in each other. */
const DEPTH_MAX = 12;
const BLOCKS_MAX = 2_000;

/**
 * What is wrong with a document by itself, whatever its texts come to in MJML: each block must stay within itself.
 * @param field where it stands, such as `draft.document`
 */
export function documentProblems(document: Document, field: string): FieldViolation[] {
  const check = new Check(field);
  check.head(document.head);
  check.list(document.blocks, 'blocks', 0, true);
  return check.violations.slice(0, VIOLATIONS_MAX);
}

class Check {
  readonly violations: FieldViolation[] = [];
  private readonly ids = new Set<string>();
  private count = 0;

  constructor(private readonly field: string) {}

  head(head: string): void {
    this.balanced(head, 'head');
    if (head.includes('{{#')) this.refuse('head', 'must have no conditions or loops');
  }

  list(blocks: readonly Block[], path: string, depth: number, isTop: boolean): void {
    if (depth > DEPTH_MAX) {
      this.refuse(path, `blocks stand in each other at most ${DEPTH_MAX} deep`);
      return;
    }
    for (const [index, block] of blocks.entries()) {
      const at = `${path}[${index}]`;
      if (++this.count > BLOCKS_MAX) {
        this.refuse(at, `a document has at most ${BLOCKS_MAX} blocks`);
        return;
      }
      if (block.id && this.ids.has(block.id)) this.refuse(`${at}.id`, `"${block.id}" is the id of another block`);
      this.ids.add(block.id);
      if (block.kind?.$case === 'section' && !isTop) this.refuse(at, 'a section stands only at the top');
      this.block(block, at);
      const staysTop = isTop && block.kind?.$case !== 'section';
      for (const { field, blocks: within } of insideOf(block)) this.list(within, `${at}.${field}`, depth + 1, staysTop);
    }
  }

  private block({ kind }: Block, at: string): void {
    switch (kind?.$case) {
      case undefined:
        this.refuse(at, 'must be of some kind');
        break;
      case 'text':
        this.rich(kind.value.html, `${at}.text.html`);
        break;
      case 'button':
        this.rich(kind.value.label, `${at}.button.label`);
        break;
      case 'code':
        this.balanced(kind.value.mjml, `${at}.code.mjml`);
        this.merged(kind.value.mjml, `${at}.code.mjml`);
        break;
      case 'condition':
        for (const [index, { condition }] of kind.value.branches.entries())
          this.condition(condition, `${at}.condition.branches[${index}].condition`);
        break;
      case 'loop':
        this.path(kind.value.list, `${at}.loop.list`);
        this.path(kind.value.item, `${at}.loop.item`);
        if (kind.value.item.includes('.')) this.refuse(`${at}.loop.item`, 'must be a name');
        break;
      case 'section':
      case 'image':
      case 'divider':
      case 'spacer':
      case 'social':
        break;
    }
  }

  private rich(html: string, at: string): void {
    if (!mjmlTags(html).next().done) this.refuse(at, 'must have no tags of MJML');
    this.merged(html, at);
  }

  private merged(text: string, at: string): void {
    for (const { description } of parseMergeText(text, at).violations) this.refuse(at, description);
  }

  private balanced(mjml: string, at: string): void {
    const problem = tagProblem(mjml);
    if (problem) this.refuse(at, problem);
  }

  private condition(source: string, at: string): void {
    try {
      parseExpression(source);
      if (/[{}\n]/.test(source)) this.refuse(at, 'must have no braces or line breaks');
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.refuse(at, error.message);
    }
  }

  private path(path: string, at: string): void {
    const problem = pathProblem(path);
    if (problem) this.refuse(at, problem);
  }

  private refuse(path: string, description: string): void {
    this.violations.push({ field: `${this.field}.${path}`, description });
  }
}
