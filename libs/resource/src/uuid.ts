import { randomFillSync } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether the text is a UUID in its canonical form: lower case, with hyphens. */
export const isUuid = (text: string): boolean => UUID.test(text);

/** The 16 bytes of a canonical UUID. @throws where it is not one */
export function uuidToBytes(uuid: string): Buffer {
  if (!isUuid(uuid)) throw new Error(`"${uuid}" is not a UUID.`);
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** The canonical form of 16 bytes. @throws where there are not 16 */
export function bytesToUuid(bytes: Uint8Array): string {
  if (bytes.length !== 16) throw new Error(`A UUID has 16 bytes, not ${bytes.length}.`);
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A new UUIDv7 (RFC 9562): its order is the order of time, to the millisecond. */
export function uuidv7(nowMs: number = Date.now()): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  return bytesToUuid(bytes);
}
