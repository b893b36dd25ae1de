const DOMAIN_MAX = 253;

/** The part of a lower-case address after its last `@`; empty where it has none. */
export function domainOf(address: string): string {
  const at = address.lastIndexOf('@');
  return at === -1 ? '' : address.slice(at + 1, at + 1 + DOMAIN_MAX);
}
