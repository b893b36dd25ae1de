import type { StoredMsg } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { DeadMessage, DeadPage } from '../queue.js';
import type { Session } from './link.js';
import { jetStreamNames } from './names.js';
import {
  ATTEMPTS_HEADER,
  ENQUEUED_AT_HEADER,
  type Pulled,
  REASON_HEADER,
  RETURNED_KEY_HEADER,
} from './nats-message.js';

const { subject, deadStream, deadSubject } = jetStreamNames;

/** Copies what nobody could work on to the stream of dead messages. The same one twice is kept once. */
export async function addDead({ jetstream }: Session, pulled: Pulled, reason: string, attempts: number): Promise<void> {
  const about = headers();
  about.set(RETURNED_KEY_HEADER, pulled.key);
  about.set(REASON_HEADER, reason);
  about.set(ATTEMPTS_HEADER, String(attempts));
  about.set(ENQUEUED_AT_HEADER, pulled.enqueuedAt.toISOString());
  const msgID = `dead-${pulled.id}-${pulled.enqueuedAt.getTime()}`;
  await jetstream.publish(deadSubject, pulled.body, { msgID, headers: about });
}

/** Asks for one after the other: the server skips the gaps that returned messages left. */
export async function listDead({ manager }: Session, { limit, after }: Required<DeadPage>): Promise<DeadMessage[]> {
  const found: DeadMessage[] = [];
  let seq = Number(after) + 1;
  while (found.length < limit) {
    const next = { seq, next_by_subj: deadSubject }; // which the server knows, and the client's type does not
    const stored = await manager.streams.getMessage(deadStream, next);
    if (!stored) break;
    found.push(toDead(stored));
    seq = stored.seq + 1;
  }
  return found;
}

/** Publishes a dead message again, then forgets it; done twice, it is published once. Gives whether there was one. */
export async function returnDead({ manager, jetstream }: Session, id: string): Promise<boolean> {
  const stored = await manager.streams.getMessage(deadStream, { seq: Number(id) });
  if (!stored) return false;
  const about = headers();
  about.set(RETURNED_KEY_HEADER, stored.header.get(RETURNED_KEY_HEADER));
  await jetstream.publish(subject, stored.data, { msgID: `returned-${id}-${stored.time.getTime()}`, headers: about });
  await manager.streams.deleteMessage(deadStream, stored.seq);
  return true;
}

const toDead = ({ seq, data, time, header }: StoredMsg): DeadMessage => ({
  id: String(seq),
  key: header.get(RETURNED_KEY_HEADER),
  body: data,
  reason: header.get(REASON_HEADER),
  attempts: Number(header.get(ATTEMPTS_HEADER)),
  enqueuedAt: new Date(header.get(ENQUEUED_AT_HEADER)),
  diedAt: time,
});
