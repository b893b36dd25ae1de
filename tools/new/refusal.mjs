/** What cannot be written, and why: a sentence for the one who asked. */
export class Refusal extends Error {}
