import type { Source } from '../src/rendering/compile.js';
import type { MergeProgram, SlottedText } from '../src/rendering/merge-program.js';

const nothing: SlottedText = { literals: [''], slots: [] };

/** A program for tests: empty, but for what the test is about. */
export const sampleProgram = (parts: Partial<MergeProgram>): MergeProgram => ({
  fields: [],
  scopes: [],
  writings: [],
  subject: nothing,
  preheader: nothing,
  html: nothing,
  text: nothing,
  ...parts,
});

/** What a message is compiled from: nothing, but for what the test is about. */
export const sourceOf = (parts: Partial<Source>): Source => ({
  subject: '',
  preheader: '',
  mjml: '',
  text: '',
  ...parts,
});
