import { outsideFetch } from './outside-fetch.js';

const fetch = outsideFetch({ privateNetworks: false });

describe('what is outside', () => {
  it.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1:8443/',
    'https://[fd00:ec2::254]/',
  ])('does not have %s', async (url) => {
    await expect(fetch(url)).rejects.toThrow('no public address');
  });

  it('does not have names of this machine', async () => {
    await expect(fetch('https://localhost:1/')).rejects.toThrow('"localhost" has no public address.');
  });

  it.each(['http://example.com/', 'https://user:password@example.com/', 'file:///etc/passwd'])(
    'is not asked as %s',
    async (url) => {
      await expect(fetch(url)).rejects.toThrow('Only https:// addresses are asked.');
    },
  );

  it('may be inside, where that is meant', async () => {
    await expect(outsideFetch({ privateNetworks: true })('https://127.0.0.1:1/')).rejects.toThrow('ECONNREFUSED');
  });
});
