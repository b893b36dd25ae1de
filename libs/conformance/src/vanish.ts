import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';

/** Opens a call, and cuts the connection under it as soon as the server has it: as a process that is killed does. */
export async function vanish(
  address: string,
  tls: { ca: string; certificate: string; key: string },
  path: string,
): Promise<void> {
  const session = connect(`https://localhost:${address.split(':').at(-1)}`, {
    ca: readFileSync(tls.ca),
    cert: readFileSync(tls.certificate),
    key: readFileSync(tls.key),
  });
  await once(session, 'connect');
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {});
  session.on('error', () => {});
  await new Promise((resolve) => session.ping(resolve)); // the request's headers went before it
  session.destroy();
}
