import type { Http2Server, ServerHttp2Session } from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { Server, ServerOptions } from '@grpc/grpc-js';

/** A message larger than this is refused, also after decompression: 4 MiB, gRPC's default. */
export const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

/** The age at which a connection is asked to go, so that clients notice new servers; grpc-js adds up to 10 % of jitter. */
export const CONNECTION_AGE_MS = 5 * 60_000;

/** How many bytes may be under way to us on one stream, and on one connection, before the sender has to wait. */
export const WINDOW_BYTES = 4 * 1024 * 1024;

export const serverOptions = (connectionAgeMs: number = CONNECTION_AGE_MS): ServerOptions => ({
  'grpc.max_receive_message_length': MESSAGE_BYTES_MAX,
  'grpc.max_send_message_length': -1,
  'grpc.max_connection_age_ms': connectionAgeMs,
  'grpc.max_connection_age_grace_ms': 30_000,
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // A client that opens more waits in its own queue; without a bound one client could take all memory.
  'grpc.max_concurrent_streams': 1_000,
});

/**
 * Prepares connections in two ways for which grpc-js has no option, so this reaches for the HTTP/2 servers inside; where a
 * future version hides them, calls are slower and nothing else changes (a test would tell).
 * - HTTP/2's windows are wider than 64 KiB.
 * - A connection's certificate is read once. grpc-js reads it anew for each call, which costs as much as the rest of a
 *   small one; a TLS connection never changes its certificate.
 */
export function prepareConnections(server: Server): void {
  const { http2Servers } = server as unknown as { http2Servers?: Map<Http2Server, unknown> };
  for (const http2Server of http2Servers?.keys() ?? []) {
    http2Server.on('secureConnection', readCertificateOnce);
    http2Server.on('session', (session: ServerHttp2Session) => {
      session.settings({ initialWindowSize: WINDOW_BYTES });
      session.setLocalWindowSize(WINDOW_BYTES);
    });
  }
}

function readCertificateOnce(socket: TLSSocket): void {
  const certificate = socket.getPeerCertificate();
  const read = socket.getPeerCertificate.bind(socket);
  socket.getPeerCertificate = ((detailed?: boolean) =>
    detailed ? read(true) : certificate) as TLSSocket['getPeerCertificate'];
}
