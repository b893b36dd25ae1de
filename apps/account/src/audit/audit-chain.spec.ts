import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { ChainCheck, emptyHash, type Link } from './audit-chain.js';

function chainOf(texts: readonly string[]): Link[] {
  const links: Link[] = [];
  let previousHash = emptyHash;
  for (const [index, text] of texts.entries()) {
    const sequence = BigInt(index + 1);
    const body = JSON.stringify({ sequence: index + 1, text });
    const hash = createHash('sha256').update(previousHash).update(body).digest();
    links.push({ sequence, body, previousHash, hash });
    previousHash = hash;
  }
  return links;
}

function problemOf(links: readonly Link[]): string | undefined {
  const check = new ChainCheck();
  for (const link of links) {
    const problem = check.next(link);
    if (problem) return problem;
  }
  return undefined;
}

const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 2, maxLength: 20 });

describe('a chain of entries', () => {
  it('fits as it was written', () => {
    fc.assert(fc.property(texts, (all) => problemOf(chainOf(all)) === undefined));
  });

  it('does not fit with any entry changed, missing, twice, or in another place', () => {
    fc.assert(
      fc.property(texts, fc.nat(), fc.constantFrom('body', 'hash', 'missing', 'twice', 'moved'), (all, place, how) => {
        const links = chainOf(all);
        const at = place % (links.length - 1);
        const link = links[at]!;
        if (how === 'body') links[at] = { ...link, body: link.body.replace('"text":"', '"text":"!') };
        if (how === 'hash') links[at] = { ...link, hash: Buffer.alloc(32) };
        if (how === 'missing') links.splice(at, 1);
        if (how === 'twice') links.splice(at, 0, link);
        if (how === 'moved') links.splice(at, 2, links[at + 1]!, link);
        expect(problemOf(links)).toBeDefined();
      }),
    );
  });
});
