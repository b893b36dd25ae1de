import { Block, type Content, type Difference, type Document, Difference_Kind as Kind } from '@kelp/contract-template';
import { diffLines } from 'diff';
import { insideOf } from './blocks.js';

const DIFFERENCES_MAX = 1_000;
const SHOWN_MAX = 2_000;
/** How many edits are looked for in MJML before it counts as wholly rewritten: the time grows with their square. */
const EDITS_MAX = 2_000;

/** How two contents differ, as people read it: texts by name, blocks by their ids, MJML by its lines. */
export function differencesOf(earlier: Content, later: Content): Difference[] {
  const texts = (['subject', 'preheader', 'text'] as const).flatMap((field) =>
    changed(field, earlier[field], later[field]),
  );
  return [...texts, ...documents(earlier.document, later.document), ...lines(earlier.mjml, later.mjml)].slice(
    0,
    DIFFERENCES_MAX,
  );
}

const shown = (text: string) => text.slice(0, SHOWN_MAX);

const difference = (kind: Kind, path: string, before: string, after: string): Difference => ({
  kind,
  path,
  before: shown(before),
  after: shown(after),
});

function changed(path: string, before: string, after: string): Difference[] {
  if (before === after) return [];
  if (before === '') return [difference(Kind.ADDED, path, '', after)];
  return [difference(after === '' ? Kind.REMOVED : Kind.CHANGED, path, before, after)];
}

function lines(earlier: string, later: string): Difference[] {
  if (earlier === later) return [];
  const changes = diffLines(earlier, later, { maxEditLength: EDITS_MAX });
  if (!changes) return [difference(Kind.CHANGED, 'mjml', earlier, later)];
  const found: Difference[] = [];
  let line = 1;
  for (const [index, { added, removed, value, count = 0 }] of changes.entries()) {
    const next = changes[index + 1];
    if (removed && next?.added) found.push(difference(Kind.CHANGED, `mjml:${line}`, value, next.value));
    else if (removed) found.push(difference(Kind.REMOVED, `mjml:${line}`, value, ''));
    else if (added && !changes[index - 1]?.removed) found.push(difference(Kind.ADDED, `mjml:${line}`, '', value));
    if (!removed) line += count;
  }
  return found;
}

/** Where a block is: the list that it stands in, and its place among the blocks there that both documents have. */
interface Placed {
  readonly block: Block;
  readonly list: string;
  before?: string;
}

function documents(earlier: Document | undefined, later: Document | undefined): Difference[] {
  const [old, now] = [placed(earlier?.blocks ?? []), placed(later?.blocks ?? [])];
  order(old, now);
  order(now, old);
  const found: Difference[] = [];
  found.push(...changed('theme', json(earlier?.theme), json(later?.theme)));
  found.push(...changed('head', earlier?.head ?? '', later?.head ?? ''));
  for (const [id, { block }] of old) if (!now.has(id)) found.push(difference(Kind.REMOVED, id, json(own(block)), ''));
  for (const [id, { block, list, before }] of now) {
    const known = old.get(id);
    if (!known) {
      found.push(difference(Kind.ADDED, id, '', json(own(block))));
      continue;
    }
    if (known.list !== list || known.before !== before)
      found.push(
        difference(Kind.MOVED, id, `${known.list} ${known.before ?? ''}`.trim(), `${list} ${before ?? ''}`.trim()),
      );
    found.push(...fields(id, own(known.block), own(block)));
  }
  return found;
}

function placed(blocks: readonly Block[], list = 'blocks', into = new Map<string, Placed>()): Map<string, Placed> {
  for (const block of blocks) {
    into.set(block.id, { block, list });
    for (const { field, blocks: within } of insideOf(block)) placed(within, `${block.id}.${field}`, into);
  }
  return into;
}

/** Tells each block behind which one it stands, of those that the other document has, too. */
function order(ofThis: Map<string, Placed>, ofOther: ReadonlyMap<string, Placed>): void {
  const last = new Map<string, string>();
  for (const [id, one] of ofThis) {
    if (ofOther.get(id)?.list !== one.list) continue;
    const behind = last.get(one.list);
    if (behind !== undefined) one.before = `behind ${behind}`;
    last.set(one.list, id);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** What a block is by itself, without the blocks within it. */
function own(block: Block): Fields {
  const { kind, id: _id, ...others } = Block.decode(Block.encode(block).finish());
  const within = new Set(['blocks', 'otherwise']);
  const value = JSON.parse(JSON.stringify(kind?.value ?? {}, (key, field) => (within.has(key) ? undefined : field)));
  return { kind: kind?.$case, ...others, ...value };
}

function fields(id: string, before: Fields, after: Fields): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changed(`${id}.${name}`, json(before[name]), json(after[name])));
}

const json = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
