import { setting } from '@kelp/config';
import { serviceSettings } from '@kelp/service';

/** What the environment says. */
export const settings = {
  ...serviceSettings,
  database: {
    ...serviceSettings.database,
    connectionsMax: setting.integer(
      'DATABASE_CONNECTIONS_MAX',
      'How many connections to the database at the most.',
      { fallback: 10 },
      2,
      1_000,
    ),
  },
  renderCacheMiB: setting.integer(
    'RENDER_CACHE_MIB',
    'How much memory compiled versions may take, in MiB, so that most renders need not load theirs.',
    { fallback: 64 },
    1,
    65_536,
  ),
};
