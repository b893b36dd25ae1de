import type { Block, Document } from '@kelp/contract-template';

/** A list of blocks within a block, and what it is called in the block. */
export interface Inside {
  readonly field: string;
  readonly blocks: Block[];
}

/** The lists of blocks that stand in a block. */
export function insideOf({ kind }: Block): Inside[] {
  switch (kind?.$case) {
    case 'section':
      return kind.value.columns.map(({ blocks }, index) => ({ field: `columns[${index}]`, blocks }));
    case 'condition':
      return [
        ...kind.value.branches.map(({ blocks }, index) => ({ field: `branches[${index}]`, blocks })),
        { field: 'otherwise', blocks: kind.value.otherwise },
      ];
    case 'loop':
      return [{ field: 'blocks', blocks: kind.value.blocks }];
    default:
      return [];
  }
}

/** All blocks of a document, each before those within it. */
export function* allBlocks({ blocks }: Pick<Document, 'blocks'>): Generator<Block> {
  for (const block of blocks) {
    yield block;
    for (const { blocks: within } of insideOf(block)) yield* allBlocks({ blocks: within });
  }
}

/** Gives each block that has no identifier one that no other has. Changes the document. */
export function giveIds(document: Document): Document {
  const taken = new Set([...allBlocks(document)].map(({ id }) => id));
  let number = 1;
  for (const block of allBlocks(document)) {
    if (block.id) continue;
    while (taken.has(`b${number}`)) number++;
    block.id = `b${number++}`;
  }
  return document;
}
