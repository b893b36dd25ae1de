import { type ItemSender, type ItemSenderOptions, itemSender } from './item-sender.js';

/**
 * A sender with several streams: a stream stays with the server that it was opened at, so one alone would leave all
 * others idle. Items go where the fewest are waiting; their order is kept within one `send` only.
 * @param streams how many: twice the number of servers is a good start
 */
export function senderPool<T>(streams: number, options: ItemSenderOptions<T>): ItemSender<T> {
  const senders = Array.from({ length: streams }, () => itemSender(options));
  return {
    send: (items, sendOptions) =>
      senders.reduce((least, sender) => (sender.unacked < least.unacked ? sender : least)).send(items, sendOptions),
    get unacked() {
      return senders.reduce((sum, { unacked }) => sum + unacked, 0);
    },
    close: async (withinMs) => {
      await Promise.all(senders.map((sender) => sender.close(withinMs)));
    },
  };
}
