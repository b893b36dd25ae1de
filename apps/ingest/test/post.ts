import { type SigningKey, signSendgrid } from '@kelp/webhook-samples';

/** What a provider gets to hear. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly said: { reason?: string; message?: string };
}

export interface PostOptions {
  /** Signs the body; not at all where absent. */
  readonly key?: SigningKey;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** Posts a body as SendGrid does. */
export async function post(
  url: string,
  body: Buffer | undefined,
  { key, headers, method = 'POST' }: PostOptions = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method,
    ...(body && { body: new Uint8Array(body) }),
    headers: { ...(key && body && signSendgrid(key, body)), ...headers },
  });
  const line = await response.text();
  return { status: response.status, headers: response.headers, said: JSON.parse(line) as Answered['said'] };
}
