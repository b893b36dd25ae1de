import { readFileSync } from 'node:fs';
import { connect, constants } from 'node:http2';

const WAIT_MS = 10_000;
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

/**
 * One gRPC call over HTTP/2 itself: sends messages, and waits for all answers. For tools that run where no code is
 * generated yet.
 * @param {object} where
 * @param {string} where.target `host:port`
 * @param {string} where.service the name that its certificate must carry
 * @param {{ ca: string, certificate: string, key: string }} where.tls paths of PEM files
 * @param {string} path such as `/grpc.health.v1.Health/Check`
 * @param {readonly Uint8Array[]} messages
 * @returns {Promise<Buffer[]>} the answers
 */
export function call({ target, service, tls }, path, messages) {
  return new Promise((resolve, reject) => {
    const fail = (error) => {
      session.destroy();
      reject(
        new Error(
          `${service} at ${target}: ${error.cause?.message || error.message || error.code || 'it cannot be reached'}`,
        ),
      );
    };
    const files = { ca: readFileSync(tls.ca), cert: readFileSync(tls.certificate), key: readFileSync(tls.key) };
    const session = connect(`https://${target}`, { ...files, servername: service });
    session.once('error', fail);
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: 'POST',
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
      [constants.HTTP2_HEADER_TE]: 'trailers',
    });
    const chunks = [];
    let size = 0;
    let status;
    const read = (headers) => {
      status = headers['grpc-status'] ?? status;
      if (status === undefined || status === '0') return;
      fail(new Error(decodeURIComponent(headers['grpc-message'] ?? '') || `it answered with status ${status}`));
    };
    stream.on('response', read).on('trailers', read);
    stream.on('data', (chunk) => {
      size += chunk.length;
      if (size > MESSAGE_BYTES_MAX) fail(new Error('its answer is too large.'));
      else chunks.push(chunk);
    });
    stream.once('error', fail);
    stream.once('close', () => {
      session.close();
      if (status === '0') resolve(messagesIn(Buffer.concat(chunks)));
      else fail(new Error('there was no answer.'));
    });
    stream.setTimeout(WAIT_MS, () => fail(new Error('there was no answer in time.')));
    for (const message of messages) stream.write(framed(message));
    stream.end();
  });
}

/** gRPC's frame: whether it is compressed, the length, the message. */
function framed(message) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function messagesIn(bytes) {
  const messages = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at + 1);
    messages.push(bytes.subarray(at + 5, at + 5 + length));
    at += 5 + length;
  }
  return messages;
}
