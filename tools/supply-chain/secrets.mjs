// Looks for what must not be in a repository: keys that open something.
import { createHash } from 'node:crypto';

/** How secrets of well-known makes look, and ours. */
const KINDS = [
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----[\\nr\s]*[\w+/=]{20}[\w+/=\\\s]*/g],
  ['an API key of Kelp', /\bkelp_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}\b/g],
  ['a key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{50,})/g],
  ['a token of Slack', /\bxox[abprs]-[\w-]{10,}/g],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{20,}/g],
  ['a key of SendGrid', /\bSG\.[\w-]{16,}\.[\w-]{32,}/g],
  ['a token of npm', /\bnpm_[A-Za-z0-9]{36}\b/g],
  ['a key of Google', /\bAIza[\w-]{35}\b/g],
  ['a JSON web token', /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  ['a password in a URL', /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"`$<>{}()|]+:(?!password@)[^\s/@'"`$<>{}()|]{6,}@/g],
];

/** A value that is given to something with a telling name. */
const NAMED =
  /(?:secret|token|passw(?:or)?d|api_?key|private_?key|credential)s?["'`]?\s*[:=]\s*["'`]([A-Za-z0-9+/=_-]{20,})["'`]/gi;
/** In bits a character: words have less, keys more. */
const ENTROPY_MIN = 3.7;

export function entropyOf(text) {
  const counts = new Map();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
}

/** A secret's mark, by which a list can name it without having it. */
export const markOf = (secret) => createHash('sha256').update(secret).digest('hex').slice(0, 16);

/** What looks like a secret in a text: of which kind, in which line, and its mark; never itself. */
export function secretsIn(text) {
  const found = KINDS.flatMap(([kind, pattern]) => [...text.matchAll(pattern)].map((match) => [kind, match, match[0]]));
  for (const match of text.matchAll(NAMED)) {
    if (entropyOf(match[1]) >= ENTROPY_MIN) found.push(['a value like a key', match, match[1]]);
  }
  return found.map(([kind, { index }, secret]) => ({
    kind,
    line: text.slice(0, index).split('\n').length,
    mark: markOf(secret),
  }));
}
