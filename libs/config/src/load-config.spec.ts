import { ConfigError, envFileOf, loadConfig, setting } from './load-config.js';

const schema = {
  address: setting.address('LISTEN_ADDRESS', 'Where to listen.', { fallback: '127.0.0.1:1' }),
  database: {
    url: setting.url('DATABASE_URL', 'The database.', {}, ['postgresql:']),
    connectionsMax: setting.integer('CONNECTIONS_MAX', 'How many connections.', { fallback: 10 }, 1, 100),
  },
  flag: setting.flag('FLAG', 'A flag.', { fallback: false }),
};

it('reads nested settings, with fallbacks for what is not set', () => {
  expect(loadConfig(schema, { DATABASE_URL: 'postgresql://x/y', FLAG: 'true' })).toEqual({
    address: '127.0.0.1:1',
    database: { url: 'postgresql://x/y', connectionsMax: 10 },
    flag: true,
  });
});

it('names every problem at once', () => {
  const load = () => loadConfig(schema, { CONNECTIONS_MAX: '0', FLAG: 'yes', LISTEN_ADDRESS: '' });
  expect(load).toThrow(ConfigError);
  expect(load).toThrow(
    /DATABASE_URL is not set: The database\.\n.*CONNECTIONS_MAX must be .* from 1 to 100.*\n.*FLAG must be true or false/,
  );
});

it('cannot be changed afterwards', () => {
  const config = loadConfig(schema, { DATABASE_URL: 'postgresql://x/y' });
  expect(() => {
    (config.database as { connectionsMax: number }).connectionsMax = 2;
  }).toThrow(TypeError);
});

it('can be told as an env file, which says what has to be set', () => {
  const text = envFileOf(schema);
  expect(text).toContain('# The database. Required.\nDATABASE_URL=\n');
  expect(text).toContain('# How many connections.\n# CONNECTIONS_MAX=10\n');
});
