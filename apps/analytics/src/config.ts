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
      4,
      1_000,
    ),
  },
  events: {
    retentionDays: setting.integer(
      'EVENT_RETENTION_DAYS',
      'For how many days events are kept; their counts stay. 0 keeps them for ever.',
      { fallback: 0 },
      0,
      36_500,
    ),
  },
};
