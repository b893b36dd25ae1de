import { addressCheck } from './address-check.js';

it('allows everything where nothing is listed', () => {
  for (const address of ['192.0.2.1', '::1', 'x', '']) expect(addressCheck([])(address)).toBe(true);
});

it.each([
  ['192.0.2.7', true],
  ['::ffff:192.0.2.7', true],
  ['192.0.2.8', false],
  ['198.51.100.200', true],
  ['198.51.101.1', false],
  ['2001:db8::5', true],
  ['2001:DB8:0::5', true],
  ['2001:db9::5', false],
  ['203.0.113.9', true],
  ['203.0.112.9', false],
  ['::1', false],
  ['', false],
  ['garbage', false],
])('of a list, %s is allowed: %s', (address, allowed) => {
  const list = ['192.0.2.7', '198.51.100.0/24', '2001:db8::/32', '::ffff:203.0.113.0/120'];
  expect(addressCheck(list)(address)).toBe(allowed);
});

it('allows nothing by an entry that cannot be read', () => {
  const check = addressCheck(['nonsense', '1.2.3.4/99']);
  for (const address of ['1.2.3.4', '0.0.0.0', '::']) expect(check(address)).toBe(false);
});
