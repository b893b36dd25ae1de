import { type Setting, setting } from '@kelp/config';
import { type ServiceName, services, usualPorts } from '@kelp/stack';

const port = (variable: string, what: string, fallback: number) =>
  setting.integer(variable, `The port of ${what}.`, { fallback }, 1, 65_535);

const servicePorts = Object.fromEntries(
  services.map((service) => [service, port(`${service.toUpperCase()}_PORT`, service, usualPorts[service])]),
) as Record<ServiceName, Setting<number>>;

/** What the environment says. */
export const settings = {
  folder: setting.text('KELP_FOLDER', 'Where data, certificates and logs are kept.', { fallback: '.kelp' }),
  ports: {
    ...servicePorts,
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
