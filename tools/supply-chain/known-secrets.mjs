/** What only looks like a secret, by its mark, and why it may stay. `node tools/supply-chain/main.mjs` shows the marks. */
export const knownSecrets = new Map([
  ['ee9a0a1598b348ba', 'the word "secret", in a test that it is not repeated'],
  ['e5b209456df73560', 'the word "secret", in a test that it is not repeated'],
  ['96ad2ccd81462a76', 'the example in the documentation of Standard Webhooks'],
  ['8da7d50a496af18e', 'a password of nobody, in a test'],
]);
