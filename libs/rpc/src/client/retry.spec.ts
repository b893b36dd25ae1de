import { Code, StatusError } from '@kelp/status';
import { RetryBudget } from './retry.js';

const unavailable = new StatusError(Code.UNAVAILABLE, '', 'Nobody there.', '');

it('makes a call again that found nobody, three times in all', async () => {
  const budget = new RetryBudget();
  let tries = 0;
  const attempt = async () => {
    if (++tries < 3) throw unavailable;
    return 'answer';
  };
  expect(await budget.run(attempt)).toBe('answer');
  tries = -10;
  await expect(budget.run(attempt)).rejects.toBe(unavailable);
  expect(tries).toBe(-7);
});

it('repeats no other failure, and nothing for a caller that has given up', async () => {
  const budget = new RetryBudget();
  let tries = 0;
  const refused = new StatusError(Code.NOT_FOUND, '', 'No.', '');
  const refuse = async () => {
    tries++;
    throw refused;
  };
  await expect(budget.run(refuse)).rejects.toBe(refused);
  const fail = async () => {
    tries++;
    throw unavailable;
  };
  await expect(budget.run(fail, [AbortSignal.abort()])).rejects.toBe(unavailable);
  expect(tries).toBe(2);
});

it('stops repeating while most calls fail, and begins again when they go well', async () => {
  const budget = new RetryBudget();
  let tries = 0;
  const fail = async () => {
    tries++;
    throw unavailable;
  };
  for (let i = 0; i < 20; i++) await budget.run(fail).catch(() => {});
  expect(tries).toBeLessThan(30);
  for (let i = 0; i < 100; i++) await budget.run(async () => 'well');
  tries = 0;
  await budget.run(fail).catch(() => {});
  expect(tries).toBe(3);
});
