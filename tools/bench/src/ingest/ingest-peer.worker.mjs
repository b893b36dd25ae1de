// A process of a contestant of the bench `ingest`.
import { main } from './main-of-ingest-peer.ts';

await main(process.argv[2], JSON.parse(process.argv.at(-1)));
