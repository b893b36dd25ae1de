import { serveOperations } from '../src/index.js';

it('says that it lives, whether it is ready, and its metrics; and nothing else', async () => {
  let isReady = false;
  const operations = await serveOperations('127.0.0.1:0', () => isReady);
  const ask = async (path: string) => {
    const response = await fetch(`http://${operations.address}${path}`);
    return { status: response.status, body: await response.text() };
  };
  expect(await ask('/livez')).toEqual({ status: 200, body: 'alive\n' });
  expect(await ask('/readyz')).toEqual({ status: 503, body: 'not ready\n' });
  isReady = true;
  expect(await ask('/readyz')).toEqual({ status: 200, body: 'ready\n' });
  expect((await ask('/metrics')).body).toContain('\nprocess_cpu_seconds_total ');
  expect(await ask('/constructor')).toEqual({ status: 404, body: 'There are /livez, /readyz, /metrics.\n' });
  await operations.close();
});
