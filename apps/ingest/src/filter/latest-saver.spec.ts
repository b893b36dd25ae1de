import { setTimeout as sleep } from 'node:timers/promises';
import { LatestSaver } from './latest-saver.js';

const PAUSE_MS = 30;

function saver(save = async () => {}) {
  const failures: unknown[] = [];
  let [saves, value, saved] = [0, 0, 0];
  const latest = new LatestSaver(
    async () => {
      saves++;
      saved = value;
      await save();
    },
    (error) => failures.push(error),
    PAUSE_MS,
  );
  const change = () => {
    value++;
    latest.changed();
  };
  return { latest, change, failures, state: () => ({ saves, saved }) };
}

it('saves at once, and many changes together', async () => {
  const { latest, change, state } = saver();
  change();
  expect(state()).toEqual({ saves: 1, saved: 1 });
  for (let index = 0; index < 10; index++) change();
  await sleep(PAUSE_MS * 2);
  expect(state()).toEqual({ saves: 2, saved: 11 });
  await latest.close();
});

it('saves the last change before it closes, without waiting', async () => {
  const { latest, change, state } = saver();
  change();
  change();
  await latest.close();
  expect(state().saved).toBe(2);
});

it('never saves twice at once', async () => {
  let running = 0;
  const { latest, change } = saver(async () => {
    expect(++running).toBe(1);
    await sleep(5);
    running--;
  });
  for (let index = 0; index < 5; index++) {
    change();
    await sleep(3);
  }
  await latest.close();
});

it('tells of a failure, and tries again with the next change', async () => {
  const { latest, change, failures, state } = saver(() => Promise.reject(new Error('disk full')));
  change();
  await sleep(PAUSE_MS * 2);
  change();
  await latest.close();
  expect(failures).toHaveLength(2);
  expect(state().saves).toBe(2);
});
