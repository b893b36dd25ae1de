// Loaded into a pod's process before anything else: names of Services mean what the file at CLUSTER_NAMES says at that
// moment, a list of addresses each, as a cluster's DNS would answer for a headless Service.
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const lookup = dns.promises.lookup;

dns.promises.lookup = async (name, options) => {
  const addresses = JSON.parse(readFileSync(process.env.CLUSTER_NAMES, 'utf8'))[name];
  if (!addresses) return lookup(name, options);
  if (addresses.length === 0) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  const found = addresses.map((address) => ({ address, family: 4 }));
  return options?.all ? found : found[0];
};
syncBuiltinESMExports();
