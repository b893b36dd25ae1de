import { sampleProviders } from '@kelp/webhook-samples';
import { ArgumentError, readArguments, usage } from './arguments.js';

const id = '0199a000-0000-7000-8000-000000000003';

it('needs a provider and what it reports, and nothing else', () => {
  expect(readArguments(['mailgun', 'bounce'])).toMatchObject({
    provider: { path: 'mailgun' },
    kind: 'bounce',
    to: '',
    count: 1,
    twice: false,
  });
});

it.each([
  id,
  id.toUpperCase(),
  `organizations/x/connections/${id}`,
  `http://127.0.0.1:8080/v1/webhooks/mailgun/${id}?a`,
])('takes %s as a connection', (to) => expect(readArguments(['mailgun', 'bounce', '--to', to])?.to).toBe(id));

it.each([
  [[], 'Which provider? Known are sendgrid, mailgun'],
  [['pigeon', 'bounce'], '"pigeon" is no provider?'],
  [['mailgun'], 'What of mailgun? It reports accepted'],
  [['mailgun', 'levitation'], 'mailgun does not report "levitation"?'],
  [['mailgun', 'toString'], 'does not report'],
  [['iterable', 'delivered'], 'iterable does not report "delivered"?'],
  [['mailgun', 'bounce', 'open'], 'What is "open"?'],
  [['mailgun', 'bounce', '--to', 'x'], "--to takes a connection's UUID or name"],
  [['mailgun', 'bounce', '--count', '0'], '--count takes'],
  [['mailgun', 'bounce', '--count', '1e9'], '--count takes'],
  [['mailgun', 'bounce', '--template', 'x'], '--template takes a UUID'],
  [['mailgun', 'bounce', '--version', 'x'], '--version takes'],
  [['mailgun', 'bounce', '--verbose'], "Unknown option '--verbose'"],
])('says what is wrong with %j', (args, problem) => {
  const read = () => readArguments(args);
  expect(read).toThrow(ArgumentError);
  expect(read).toThrow(problem);
});

it('tells about every provider and all that it reports', () => {
  expect(readArguments(['--help'])).toBeUndefined();
  for (const { path, kinds } of sampleProviders) expect(usage).toContain(`${path.padEnd(12)}${kinds.join(' ')}`);
});
