import { type Loaded, type Setting, setting } from '@kelp/config';

const share: Setting<number> = {
  variable: 'OTEL_TRACES_SAMPLER_ARG',
  meaning: 'The share of traces that is recorded, from 0 to 1.',
  fallback: 0.01,
  parse: (text) => {
    const value = Number(text);
    if (!(value >= 0 && value <= 1)) throw new Error(`a number from 0 to 1, and is "${text}"`);
    return value;
  },
};

/** The settings that every service has. */
export const serviceSettings = {
  address: setting.address('LISTEN_ADDRESS', 'Where to listen for gRPC.', { fallback: '0.0.0.0:50051' }),
  metricsAddress: setting.text(
    'METRICS_ADDRESS',
    'Where to serve /metrics, /livez and /readyz over HTTP; nowhere where it is not set.',
    { fallback: '' },
  ),
  callers: setting.list(
    'CALLERS',
    'Who may call, by the names in their certificates, separated by commas: caller/Rpc, or caller for every RPC.',
  ),
  logLevel: setting.choice('LOG_LEVEL', 'How much to log.', { fallback: 'info' }, [
    'trace',
    'debug',
    'info',
    'warn',
    'error',
  ]),
  tracing: {
    endpoint: setting.url(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'Where an OpenTelemetry collector takes traces over HTTP; nowhere where it is not set.',
      { fallback: '' },
      ['http:', 'https:'],
    ),
    share,
  },
  drain: {
    delayMs: setting.integer('DRAIN_DELAY_MS', 'How long to go on as usual while health checks fail already.', {
      fallback: 0,
    }),
    ms: setting.integer('DRAIN_MS', 'How long open calls may take to end after that.', { fallback: 10_000 }),
  },
  database: {
    url: setting.url('DATABASE_URL', "This service's own PostgreSQL database.", {}, ['postgresql:', 'postgres:']),
  },
  tls: {
    ca: setting.text('TLS_CA', 'The path of the trusted authorities, PEM.'),
    certificate: setting.text('TLS_CERTIFICATE', "The path of this service's certificate, PEM."),
    key: setting.text('TLS_KEY', "The path of this service's key, PEM."),
  },
};

export type ServiceConfig = Loaded<typeof serviceSettings>;
