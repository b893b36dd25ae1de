import { Provider } from '@kelp/contract-event';
import { RiskClock } from './risk-clock.js';

const HOUR_MS = 3_600_000;
const { SENDGRID } = Provider;

it('starts with the first refusal, and tells when the provider gives up', () => {
  const clock = new RiskClock();
  clock.refused('one', SENDGRID, 1_000);
  clock.refused('one', SENDGRID, 5_000);
  expect(clock.of('one')).toMatchObject({
    refusingSince: new Date(1_000),
    discardsFrom: new Date(1_000 + 24 * HOUR_MS),
  });
  expect(clock.of('other')).toBeUndefined();
});

it('stops once a request is accepted, and starts anew with the next refusal', () => {
  const clock = new RiskClock();
  clock.refused('one', SENDGRID, 1_000);
  clock.refused('other', SENDGRID, 2_000);
  clock.accepted('one');
  clock.accepted('nobody');
  expect(clock.of('one')).toBeUndefined();
  expect(clock.of('other')).toMatchObject({ refusingSince: new Date(2_000) });
  clock.refused('one', SENDGRID, 9_000);
  expect(clock.of('one')).toMatchObject({ refusingSince: new Date(9_000) });
});
