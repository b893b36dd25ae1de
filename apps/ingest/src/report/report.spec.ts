import { Report } from './report.js';

const [one, other] = ['connection-1', 'connection-2'];
const events = (kept: number, type: number, template: number, dead: number) => ({
  kept: { length: kept },
  dropped: { type, template, rule: 0 },
  matches: [],
  deadCount: dead,
});

it('counts requests and events, of each connection and of all together', () => {
  const report = new Report();
  report.request('accepted', 0.01, one);
  report.request('accepted', 0.01, other);
  report.request('SIGNATURE_INVALID', 0.01, one);
  report.request('CONNECTION_UNKNOWN', 0.01);
  report.events(one, events(5, 70, 24, 1));
  report.events(other, events(1, 0, 0, 0));
  report.forwarded(one, 5);
  expect(report.read(one)).toEqual({
    requests: { accepted: 1n, SIGNATURE_INVALID: 1n },
    eventsReceived: 100n,
    eventsDropped: { type: 70n, template: 24n, rule: 0n },
    eventsKept: 5n,
    eventsDead: 1n,
    eventsForwarded: 5n,
  });
  expect(report.read()).toMatchObject({
    requests: { accepted: 2n, SIGNATURE_INVALID: 1n, CONNECTION_UNKNOWN: 1n },
    eventsReceived: 101n,
    eventsKept: 6n,
  });
});

it('knows nothing of a connection that it has not heard of', () => {
  expect(new Report().read(one)).toMatchObject({ requests: {}, eventsReceived: 0n });
});
