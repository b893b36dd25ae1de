/** What a person can mend: told in a sentence or two, without a stack. */
export class Problem extends Error {
  override readonly name = 'Problem';
}
