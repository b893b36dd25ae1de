import { sampleMeanings } from './sample-provider.js';
import { sampleMessage, sampleProviders } from './samples.js';

const at = new Date(1_790_000_000_000);
const url = 'https://hooks.example.com/x';

it.each(sampleProviders)('$path repeats itself: equal messages make equal requests', (provider) => {
  const proof = provider.newProof();
  const make = () => {
    const event = provider.event('open', sampleMessage({ at, eventId: 'e' }));
    return provider.request([event], proof, url, at);
  };
  // A signature on an elliptic curve holds chance.
  const [one, other] = [make(), make()];
  if (provider.path === 'sendgrid') expect(Object.keys(one.headers)).toEqual(Object.keys(other.headers));
  else expect(one.headers).toEqual(other.headers);
  expect(one.url).toBe(url);
});

it.each(sampleProviders)('$path makes nothing that it does not report, and no larger batches', (provider) => {
  const foreign = Object.keys(sampleMeanings).filter((kind) => !provider.kinds.some((each) => each === kind));
  for (const kind of foreign) expect(() => provider.event(kind as 'open', sampleMessage())).toThrow('does not report');
  if (provider.batchMax > 1) return;
  const event = provider.event('open', sampleMessage());
  for (const events of [[], [event, event]]) {
    expect(() => provider.request(events, provider.newProof(), url, at)).toThrow('exactly one');
  }
});

it.each(sampleProviders)('$path signs with what it was given only', (provider) => {
  const event = provider.event('open', sampleMessage());
  const nothing = { verificationKeys: [], secrets: [], topicArns: [] };
  expect(() => provider.request([event], nothing, url, at)).toThrow('there is none');
});
