import { readFileSync } from 'node:fs';
import type { Settings } from '../settings.js';

/** The certificates of this process. */
export const pemOf = ({ tls }: Settings) => ({
  ca: readFileSync(tls.ca),
  certificate: readFileSync(tls.certificate),
  key: readFileSync(tls.key),
});
