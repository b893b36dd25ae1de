import type { Bench, Findings } from '../bench.js';
import { type Bounds, bounds, PlainClient } from './bounds/measure.js';
import { HANDLER_MS, TICK_MS } from './bounds/work.js';
import { Contest } from './contest.js';

/** What NestJS's own gRPC does without a bound, and what libs/rpc does instead. */
export const rpcBounds: Bench = {
  name: 'rpc-bounds',
  what: 'what happens to a server with slow, vanished and lasting callers',
  run: (say) =>
    Contest.hold(async (contest) => {
      const measured = async (peer: string) => {
        say(peer);
        return bounds(async () => {
          const { peer: server, address } = await contest.server(peer);
          return { server, client: new PlainClient(contest.settings(peer, 'client'), address) };
        });
      };
      return [findings(await measured('nest-bounds'), await measured('kelp-bounds'))];
    }),
};

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const count = (value: number) => value.toLocaleString('en-US');

function findings(nest: Bounds, kelp: Bounds): Findings {
  const row = (what: string, tell: (bounds: Bounds) => string) => [what, tell(nest), tell(kelp)];
  return {
    title: 'The same client, the same handlers',
    heading: ['', 'stock NestJS', 'Kelp'],
    rows: [
      row('a client stops reading a stream for 5 s: messages made for it', (b) => count(b.slowReaderMade)),
      row('  the server grows by', (b) => megabytes(b.slowReaderBytes)),
      row(`a client streams to a handler that takes ${HANDLER_MS} ms each: accepted in 5 s`, (b) => count(b.accepted)),
      row('  of which were worked on', (b) => count(b.processed)),
      row('  the server grows by', (b) => megabytes(b.slowHandlerBytes)),
      row('a client cancels a call: the handler runs on for', ({ ticksAfterCancel }) =>
        ticksAfterCancel * TICK_MS > 1_000 ? 'ever' : `${ticksAfterCancel * TICK_MS} ms`,
      ),
      row('graceful shutdown while a stream is open takes', ({ closedMs }) =>
        closedMs === undefined ? 'until the client goes' : `${(closedMs / 1_000).toFixed(1)} s, as set`,
      ),
    ],
  };
}
