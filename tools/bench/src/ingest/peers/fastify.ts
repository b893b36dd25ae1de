import { createHash, createHmac, createPublicKey, createVerify } from 'node:crypto';
import fastify from 'fastify';
import type { IngestPeer } from '../peer.js';
import type { Task } from '../work.js';

/** An event as JSON.parse makes it. */
type Posted = Record<string, string | number | undefined>;

/** Fastify and JSON.parse, as one writes it without thinking about speed. */
export const fastifyPeer: IngestPeer = async (task) => {
  const counted = { received: 0, kept: 0 };
  const accepted = new Map(task.accepted.map(({ name, type }) => [name, type]));
  const templates = new Set(task.templates);
  const key = task.publicKey
    ? createPublicKey({ key: Buffer.from(task.publicKey, 'base64'), format: 'der', type: 'spki' })
    : undefined;
  let handedOver: string[] = [];
  const app = fastify({ bodyLimit: 4 << 20 });
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body, done) => done(null, body));
  app.get('/counted', async () => counted);
  app.post<{ Body: Buffer }>(`/v1/webhooks/sendgrid/${task.connection}`, async ({ body, headers }, reply) => {
    const signature = String(headers['x-twilio-email-event-webhook-signature']);
    const timestamp = String(headers['x-twilio-email-event-webhook-timestamp']);
    if (key && !createVerify('sha256').update(timestamp).update(body).verify(key, signature, 'base64')) {
      return reply.code(401).send({ message: 'signature' });
    }
    const events = JSON.parse(body.toString()) as Posted[];
    let kept = 0;
    for (const event of events) {
      const type = accepted.get(String(event.event));
      if (type === undefined || !templates.has(String(event.kelp_template ?? '').toLowerCase())) continue;
      handedOver.push(JSON.stringify(normalised(task, event, type)));
      kept++;
    }
    if (handedOver.length > 4_096) handedOver = [];
    counted.received += events.length;
    counted.kept += kept;
    return { message: `${kept} kept` };
  });
  return { port: Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port) };
};

function normalised({ organization, connection }: Task, event: Posted, type: number) {
  const address = String(event.email).trim().toLowerCase();
  const recipient = createHmac('sha256', Buffer.alloc(32)).update(organization).update(address).digest();
  const [message = ''] = String(event.sg_message_id ?? event['smtp-id']).split('.', 1);
  const hash = (...parts: (string | Buffer)[]) => {
    const sha = createHash('sha256');
    for (const part of parts) sha.update(part);
    return sha.digest('hex').slice(0, 32);
  };
  return {
    eventId: hash(connection, String(type), String(event.sg_event_id)),
    recipientHash: recipient.toString('hex', 0, 16),
    messageId: hash(connection, recipient, message),
    recipientDomain: address.slice(address.lastIndexOf('@') + 1),
    organization,
    connection,
    type,
    template: event.kelp_template,
    version: event.kelp_version,
    occurredAt: event.timestamp,
    providerEventId: event.sg_event_id,
    locale: event.kelp_locale,
    variant: event.kelp_variant,
    campaign: event.kelp_campaign,
    tags: event.category,
    url: event.url,
    userAgent: event.useragent,
    diagnostic: event.response ?? event.reason,
    status: event.status,
    machine: event.sg_machine_open,
  };
}
