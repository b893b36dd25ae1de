import { type Outside, OutsideUnavailable, type WebhookRequest } from '../provider.js';
import { confirmationUrl } from './amazon-url.js';
import { envelopeOf } from './envelope.js';

/**
 * Confirms a subscription, whose request was verified to come from one of the connection's topics: Amazon asks whether the
 * webhook wants it, and takes a visit to an address of its own as a yes.
 * @throws OutsideUnavailable
 */
export async function confirm({ body }: WebhookRequest, outside: Outside): Promise<void> {
  const envelope = envelopeOf(body);
  if (envelope?.Type !== 'SubscriptionConfirmation') return;
  const url = confirmationUrl(envelope.SubscribeURL ?? '', envelope.TopicArn);
  if (!url) throw new OutsideUnavailable("The address to visit is not Amazon's for this topic.");
  const answer = await outside.fetchText(url);
  if (!answer.includes('<ConfirmSubscriptionResponse')) {
    throw new OutsideUnavailable('Amazon did not say that it is confirmed.');
  }
}
