import { EchoContract, type EchoRequest, type EchoResponse } from '@kelp/contract-echo';
import { callStream, client } from '@kelp/rpc';
import type { Caller, Peer } from '../peer.js';
import { channelTo, serveKelp } from './kelp.js';

/** libs/rpc, many calls over one stream. */
export const kelpCalls: Peer = {
  serve: serveKelp,
  connect(settings, address): Caller {
    const echoes = client(EchoContract, channelTo(settings, address));
    const calls = callStream<EchoRequest, EchoResponse>({
      open: (requests, options) => echoes.echoCalls(requests, options),
      idempotent: true,
    });
    return { call: async (text) => (await calls.call({ text })).text };
  },
};
