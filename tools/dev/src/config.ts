import { setting } from '@kelp/config';

const port = (variable: string, what: string, fallback: number) =>
  setting.integer(variable, `The port of ${what}.`, { fallback }, 1, 65_535);

/** What the environment says. */
export const settings = {
  folder: setting.text('KELP_FOLDER', 'Where data, certificates and logs are kept.', { fallback: '.kelp' }),
  ports: {
    account: port('ACCOUNT_PORT', 'account', 50_051),
    template: port('TEMPLATE_PORT', 'template', 50_052),
    analytics: port('ANALYTICS_PORT', 'analytics', 50_053),
    ingest: port('INGEST_PORT', 'ingest', 50_054),
    webhooks: port('WEBHOOK_PORT', 'the webhooks', 8080),
    postgres: port('POSTGRES_PORT', 'the embedded PostgreSQL', 54_320),
  },
  postgresUrl: setting.url(
    'DATABASE_URL',
    'A PostgreSQL server to use instead of the embedded one.',
    { fallback: '' },
    ['postgresql:', 'postgres:'],
  ),
  queueUrl: setting.url('QUEUE_URL', 'A NATS server to queue in, instead of PostgreSQL.', { fallback: '' }, ['nats:']),
};
