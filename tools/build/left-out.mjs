/**
 * Packages that our dependencies would use if they were there: looked for at run time, in vain. `typescript` is there, for
 * mjml's reader of configuration files, which finds none.
 */
export const leftOut = [
  '@nestjs/websockets',
  '@nestjs/websockets/*',
  '@nestjs/platform-express',
  '@nestjs/platform-fastify',
  'class-validator',
  'class-transformer',
  'class-transformer/*',
  'kafkajs',
  'mqtt',
  'nats',
  'ioredis',
  'amqplib',
  'amqp-connection-manager',
  'cache-manager',
  'pg-native',
  'pg-cloudflare',
  'cloudflare:sockets',
  'typescript',
];
