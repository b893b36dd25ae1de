import { parseArgs } from 'node:util';
import { isUuid } from '@kelp/resource';
import { type SampleKind, type SampleProvider, sampleMeanings, sampleProviders } from '@kelp/webhook-samples';

export interface Arguments {
  provider: SampleProvider;
  kind: SampleKind;
  /** The connection's UUID; one of our own making where it is empty. */
  to: string;
  /** With what to sign; what is known of the connection where it is empty. */
  secret: string;
  /** A file with a private key, a PEM: for those who sign with one. */
  keyFile: string;
  recipient: string;
  /** The template's UUID, if any. */
  template: string;
  version: string;
  /** How many events, in as few requests as the provider would make. */
  count: number;
  /** Whether each request is posted a second time, as after a lost answer. */
  twice: boolean;
}

/** What was asked for makes no sense, in a sentence. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const COUNT_MAX = 100_000;
const RECIPIENT = 'ada.lovelace@example.com';

const providerLines = sampleProviders.map(({ path, kinds }) => `  ${path.padEnd(12)}${kinds.join(' ')}`);

export const usage = `Posts what an email provider would to a Kelp that runs (npm start), signed in the provider's own way.

  npm run webhook -- mailgun bounce                       to a connection that is made for this
  npm run webhook -- mailgun bounce --to <connection>     to this one: its UUID, or its name

  --template <uuid>      the mail was sent from this template, --version 2 of it
  --recipient <address>  to somebody else than ${RECIPIENT}
  --count 1000           as many events
  --twice                each request a second time, as after a lost answer: it must change nothing
  --secret <secret>      sign or present this, instead of what the connection has
  --key <file>           sign with this private key (PEM): for sendgrid and ses, of which a connection has the public half

Providers, and what each reports:

${providerLines.join('\n')}

Environment, as for npm start: KELP_FOLDER (.kelp), ACCOUNT_PORT, WEBHOOK_PORT.`;

/** Undefined where help is wanted. @throws ArgumentError */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [path = '', kind = '', ...others] = positionals;
  if (others.length > 0) throw new ArgumentError(`What is "${others.join(' ')}"? There is one provider and one event.`);
  const provider = sampleProviders.find((each) => each.path === path);
  if (!provider) {
    const known = sampleProviders.map((each) => each.path).join(', ');
    throw new ArgumentError(`${path ? `"${path}" is no provider` : 'Which provider'}? Known are ${known}.`);
  }
  if (!isKind(kind) || !provider.kinds.includes(kind)) {
    throw new ArgumentError(
      `${kind ? `${path} does not report "${kind}"` : `What of ${path}`}? It reports ${provider.kinds.join(', ')}.`,
    );
  }
  const count = Number(values.count);
  if (!/^\d+$/.test(values.count) || count < 1 || count > COUNT_MAX) {
    throw new ArgumentError(`--count takes a whole number from 1 to ${COUNT_MAX}, not "${values.count}".`);
  }
  if (values.template && !isUuid(values.template)) {
    throw new ArgumentError(`--template takes a UUID, not "${values.template}".`);
  }
  if (!/^\d{1,9}$/.test(values.version)) {
    throw new ArgumentError(`--version takes a whole number, not "${values.version}".`);
  }
  const { secret, key: keyFile, recipient, template, version, twice } = values;
  return { provider, kind, to: connectionIn(values.to), secret, keyFile, recipient, template, version, count, twice };
}

const isKind = (text: string): text is SampleKind => Object.hasOwn(sampleMeanings, text);

/** A connection by its name, its UUID, or the webhook's address: whatever ends in the UUID. */
function connectionIn(text: string): string {
  if (text === '') return '';
  const [id = ''] = (text.split('/').at(-1) ?? '').split('?', 1);
  if (!isUuid(id.toLowerCase())) throw new ArgumentError(`--to takes a connection's UUID or name, not "${text}".`);
  return id.toLowerCase();
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        to: { type: 'string', default: '' },
        secret: { type: 'string', default: '' },
        key: { type: 'string', default: '' },
        recipient: { type: 'string', default: RECIPIENT },
        template: { type: 'string', default: '' },
        version: { type: 'string', default: '1' },
        count: { type: 'string', default: '1' },
        twice: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new ArgumentError((error as Error).message);
  }
}
