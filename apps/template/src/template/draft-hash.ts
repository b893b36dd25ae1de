import { createHash } from 'node:crypto';
import { Content } from '@kelp/contract-template';
import type { StoredLocalization } from './localization.repository.js';

/** Equal translations have equal hashes; none have the empty one. */
export function translationsHash(localizations: readonly StoredLocalization[]): string {
  if (localizations.length === 0) return '';
  const all = localizations.map(({ language, translations }) => [language, Object.entries(translations).sort()]);
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** Equal drafts have equal hashes: what they say, in all their languages. */
export const draftHash = (draft: Content, localizations: readonly StoredLocalization[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    createHash('sha256')
      .update(Content.encode(draft).finish())
      .update(`\n${translationsHash(localizations)}`)
      .digest(),
  );
