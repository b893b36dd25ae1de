import { mkdirSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Demo } from '@kelp/demo';
import { type Stack, services } from '@kelp/stack';
import { type SigningKey, sendgridBody, sendgridEvent, signSendgrid } from '@kelp/webhook-samples';

/** A signature is refused when it is old. */
const SIGN_EVERY_MS = 60_000;

/** A signed request in files, ready for `curl`: signed again every minute, as long as Kelp runs. */
export class SampleRequest {
  readonly body: string;
  readonly headers: string;
  readonly #timer: NodeJS.Timeout;

  constructor(stack: Stack, demo: Demo, key: SigningKey) {
    mkdirSync(stack.path('demo'), { recursive: true });
    this.body = stack.path('demo', 'body.json');
    this.headers = stack.path('demo', 'headers.txt');
    const [template] = demo.templates;
    const body = sendgridBody([
      sendgridEvent('open', { kelp_template: template?.id, kelp_version: template?.versions.at(-1) }),
    ]);
    writeFileSync(this.body, body);
    const sign = () => {
      const lines = Object.entries(signSendgrid(key, body)).map(([name, value]) => `${name}: ${value}\n`);
      writeFileSync(this.headers, lines.join(''));
    };
    sign();
    this.#timer = setInterval(sign, SIGN_EVERY_MS);
  }

  close(): void {
    clearInterval(this.#timer);
  }
}

/** What to try now. */
export function nextSteps(stack: Stack, demo: Demo, request: SampleRequest): string {
  const { ports, tls } = stack;
  const path = (file: string) => relative(process.cwd(), file);
  const [template] = demo.templates;
  const query = JSON.stringify({
    parent: demo.organization,
    template: `${demo.organization}/templates/${template?.id}`,
    groupBy: ['DIMENSION_VERSION'],
  });
  return `Kelp is up: ${services.map((service) => `${service} ${ports[service]}`).join(', ')}, webhooks ${ports.webhooks}, PostgreSQL ${ports.postgres}, all on 127.0.0.1.
Certificates are in ${path(stack.path('certs'))}, logs in ${path(stack.path('logs'))}.

Post a webhook of one opened email, signed by SendGrid's sample key (a second time it changes nothing):

  curl -i -H @${path(request.headers)} --data-binary @${path(request.body)} ${stack.webhooksUrl}${demo.webhookPath}

Ask analytics how the template is doing, with the developer's certificate, by reflection:

  npx buf curl --cacert ${path(tls.ca)} --cert ${path(tls.certificate)} --key ${path(tls.key)} \\
    --protocol grpc -d '${query}' \\
    https://localhost:${ports.analytics}/kelp.analytics.v1.AnalyticsService/QueryMetrics

Kill a service (kill -9 ${stack.pid('analytics') ?? ''} is analytics): it comes back, and nothing is lost.
Ctrl-C stops everything; the data stays.`;
}
