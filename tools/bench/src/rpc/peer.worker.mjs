// A process of a contestant of the bench `rpc`.
import { main } from './main-of-peer.ts';

await main(JSON.parse(process.argv[2]));
