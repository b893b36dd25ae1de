import { BlockList, isIP } from 'node:net';

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** An IPv4 address as a socket of both families tells it. */
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

const plain = (address: string): string => MAPPED.exec(address)?.[1] ?? address;

/**
 * Prepares a list of addresses and blocks, such as `192.0.2.7` and `2001:db8::/32`.
 * @param allowed everything where it is empty; what cannot be read allows nothing
 */
export function addressCheck(allowed: readonly string[]): (address: string) => boolean {
  if (allowed.length === 0) return () => true;
  const list = new BlockList();
  for (const text of allowed) {
    const [base = '', bits] = text.split('/', 2);
    const address = plain(base);
    try {
      if (bits === undefined) list.addAddress(address, familyOf(address));
      else list.addSubnet(address, Number(bits) - (address === base ? 0 : 96), familyOf(address));
    } catch {} // a later release's spelling
  }
  return (text) => {
    const address = plain(text);
    return isIP(address) !== 0 && list.check(address, familyOf(address));
  };
}
