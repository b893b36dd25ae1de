import { EventType } from '@kelp/contract-event';
import { uuidv7 } from '@kelp/resource';
import { Expectation, type SigningKey, sendgridTraffic, signingKey, signSendgrid } from '@kelp/webhook-samples';

/** What every contestant is told: by what to verify, and what to keep. */
export interface Task {
  readonly organization: string;
  readonly connection: string;
  /** As a connection has it: base64 of an SPKI DER. Empty where nothing is verified. */
  readonly publicKey: string;
  /** Types to keep, as SendGrid calls them and as the contract numbers them. */
  readonly accepted: readonly { readonly name: string; readonly type: number }[];
  /** Mail of these templates is kept. */
  readonly templates: readonly string[];
}

/** Requests of one size, as bytes for the wire. */
export interface Requests {
  readonly title: string;
  readonly eventsEach: number;
  readonly wire: readonly Buffer[];
  /** How many events of all these requests are to be kept. */
  readonly kept: number;
}

/** So many events in all: enough that requests of one event are unlike each other. */
const EVENTS = 4_000;
const SIZES = [1, 20, 200];

export const sizeTitle = (events: number) => (events === 1 ? '1 event a request' : `${events} events a request`);

export const makeTask = (verify: boolean): { task: Task; key: SigningKey } => {
  const key = signingKey();
  const task: Task = {
    organization: uuidv7(),
    connection: uuidv7(),
    publicKey: verify ? key.publicKey : '',
    accepted: [
      { name: 'delivered', type: EventType.DELIVERED },
      { name: 'bounce', type: EventType.BOUNCED },
      { name: 'open', type: EventType.OPENED },
      { name: 'click', type: EventType.CLICKED },
    ],
    templates: Array.from({ length: 20 }, () => uuidv7()),
  };
  return { task, key };
};

/** The same realistic events, cut into requests of each size. About 5 % of them are to be kept. */
export const makeRequests = ({ task, key }: { task: Task; key: SigningKey }): Requests[] =>
  SIZES.map((eventsEach) => {
    const templates = task.templates.map((id) => ({ id, versions: [1, 2] }));
    const batchSize = { min: eventsEach, max: eventsEach };
    const expected = new Expectation({
      acceptedTypes: task.accepted.map(({ type }) => type),
      knownTemplates: task.templates,
    });
    const wire: Buffer[] = [];
    for (const { body, samples } of sendgridTraffic({
      seed: 11,
      runId: 'bench',
      events: EVENTS,
      templates,
      batchSize,
    })) {
      expected.add(samples);
      const headers = { host: '127.0.0.1', ...signSendgrid(key, body), 'content-length': body.length };
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      const head = `POST /v1/webhooks/sendgrid/${task.connection} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`;
      wire.push(Buffer.concat([Buffer.from(head), body]));
    }
    return { title: sizeTitle(eventsEach), eventsEach, wire, kept: expected.kept };
  });
