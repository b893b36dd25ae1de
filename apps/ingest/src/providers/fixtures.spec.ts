import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventType, MachineGenerated } from '@kelp/contract-event';
import { DeadLetterKind } from '@kelp/contract-ingest';
import { adapterAt } from './providers.js';

/** A request as the provider documents it or was seen to make it, and what it means. */
interface Fixture {
  readonly name: string;
  readonly headers?: Record<string, string>;
  /** The body's JSON; a text where its bytes matter. */
  readonly body: unknown;
  /** Puts the body's JSON into a form's field of this name. */
  readonly form?: string;
  /** Puts the body's JSON as a text into an envelope of Amazon SNS. */
  readonly message?: unknown;
  /** What has to be in each event: the type by its name, the fields of the contract by their value. */
  readonly events: readonly Record<string, unknown>[];
}

const folder = import.meta.dirname;
const providers = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && adapterAt(entry.name))
  .map(({ name }) => name);

const fixturesOf = (provider: string): Fixture[] =>
  JSON.parse(readFileSync(join(folder, provider, 'fixtures.json'), 'utf8')) as Fixture[];

const envelope = {
  Type: 'Notification',
  MessageId: '19ba9823-d7f2-53c1-860e-cb10e0d13dfc',
  TopicArn: 'arn:aws:sns:us-east-1:123456789012:SES_Events',
  Subject: 'Amazon SES Email Event Notification',
  Timestamp: '2026-03-26T17:58:59.675Z',
  SignatureVersion: '1',
  Signature: 'x',
  SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem',
};

function bodyOf({ body, form, message }: Fixture): Buffer {
  if (message !== undefined) {
    return Buffer.from(
      JSON.stringify({ ...envelope, Message: typeof message === 'string' ? message : `${JSON.stringify(message)}\n` }),
    );
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Buffer.from(form === undefined ? text : new URLSearchParams({ [form]: text }).toString());
}

/** What became of the request's elements, with names for numbers, so that it can be written down as JSON. */
function eventsOf(provider: string, fixture: Fixture): Record<string, unknown>[] {
  const body = bodyOf(fixture);
  const parsed = adapterAt(provider)!.parse({
    method: 'POST',
    url: '/',
    headers: fixture.headers ?? {},
    rawBody: body,
    body,
    receivedAtMs: 0,
  });
  if (!parsed.valid) return [{ invalid: parsed.message }];
  return [...parsed.elements].map((element) => {
    if (!('problem' in element) && element.type === EventType.UNSPECIFIED) return { type: 'UNSPECIFIED' };
    const read = 'problem' in element ? element : element.read();
    if ('problem' in read) return { dead: DeadLetterKind[read.kind], problem: read.problem };
    const { type, occurredAtUs, machineGenerated, ...others } = read;
    return {
      ...others,
      type: EventType[type],
      occurredAtUs: String(occurredAtUs),
      machineGenerated: MachineGenerated[machineGenerated],
    };
  });
}

it('are there for every provider', () => expect(providers).toHaveLength(11));

describe.each(providers)('%s', (provider) => {
  it.each(fixturesOf(provider).map((fixture) => [fixture.name, fixture] as const))('%s', (_, fixture) => {
    expect(eventsOf(provider, fixture)).toEqual(fixture.events.map((event) => expect.objectContaining(event)));
  });
});
