import type { SampleRequest } from '@kelp/webhook-samples';
import type { WebhookRequest } from '../src/providers/provider.js';

/** A sample as the edge hands it on. */
export function requestOf({ method, url, headers, body }: SampleRequest, at = new Date()): WebhookRequest {
  const { host, pathname, search } = new URL(url);
  return {
    method,
    url: `${pathname}${search}`,
    headers: { host, ...headers },
    rawBody: body,
    body,
    receivedAtMs: at.getTime(),
  };
}
