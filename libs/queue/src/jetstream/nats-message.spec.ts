import { headers, type Msg } from '@nats-io/transport-node';
import { KEY_HEADER, RETURNED_KEY_HEADER, toPulled } from './nats-message.js';

function delivered(reply: string, header: Record<string, string> = {}): Msg {
  const about = headers();
  for (const [name, value] of Object.entries(header)) about.set(name, value);
  return { reply, headers: about, data: new Uint8Array([1]) } as unknown as Msg;
}

describe('a delivery of JetStream', () => {
  const time = new Date('2026-11-24T05:10:52.511Z');

  it.each([
    ['before 2.10', '$JS.ACK.KELP_QUEUE.c.3.17.29.1795497052511025963.0'],
    ['with a domain and an account', '$JS.ACK._.ACCHASH.KELP_QUEUE.c.3.17.29.1795497052511025963.0'],
    ['with a random token at its end', '$JS.ACK.hub.ACCHASH.KELP_QUEUE.c.3.17.29.1795497052511025963.0.xyz'],
  ])('is read from a reply subject %s', (_, reply) => {
    const pulled = toPulled(delivered(reply, { [KEY_HEADER]: 'k' }));
    expect(pulled).toMatchObject({ reply, id: '17', key: 'k', attempt: 3, enqueuedAt: time });
  });

  it('keeps the key of a message that was returned', () => {
    const header = { [KEY_HEADER]: 'returned-1', [RETURNED_KEY_HEADER]: 'k' };
    expect(toPulled(delivered('$JS.ACK.s.c.1.1.1.1795497052511025963.0', header)).key).toBe('k');
  });

  it('is nothing else', () => {
    for (const reply of ['', '_INBOX.x', '$JS.ACK.s.c.1.1.1']) {
      expect(() => toPulled(delivered(reply))).toThrow('no reply subject of a JetStream delivery');
    }
  });
});
