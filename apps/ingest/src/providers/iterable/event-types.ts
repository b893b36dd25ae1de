import { EventType } from '@kelp/contract-event';

const types: ReadonlyMap<string, EventType> = new Map([
  ['emailSend', EventType.ACCEPTED],
  ['blastSend', EventType.ACCEPTED],
  ['triggeredSend', EventType.ACCEPTED],
  ['emailOpen', EventType.OPENED],
  ['emailClick', EventType.CLICKED],
  ['emailBounce', EventType.BOUNCED],
  ['emailComplaint', EventType.COMPLAINED],
  ['emailSubscribe', EventType.RESUBSCRIBED],
  ['emailUnSubscribe', EventType.UNSUBSCRIBED],
  ['emailSendSkip', EventType.REJECTED],
]);

/** Other channels are reported over the same webhook. */
const OTHER_CHANNEL = /^(push|webPush|sms|inApp|inbox|embedded|whatsApp)[A-Z]/;

export const typeOf = (eventName: string): EventType =>
  types.get(eventName) ?? (OTHER_CHANNEL.test(eventName) ? EventType.UNSPECIFIED : EventType.UNKNOWN);
