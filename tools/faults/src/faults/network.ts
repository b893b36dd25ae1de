import { setTimeout as sleep } from 'node:timers/promises';
import type { Link } from '@kelp/testing';
import type { Fault } from '../fault.js';
import type { NetworkLink } from '../network.js';
import type { Random } from '../random.js';

/** For a while something is wrong with one link; then it is well again. */
const wrong = (
  name: string,
  strike: (link: Link, random: Random) => void,
  isFit: (link: NetworkLink) => boolean = () => true,
): Fault => ({
  name,
  strike: async ({ network }, random) => {
    const struck = random.pick(network.links.filter(isFit));
    strike(struck.link, random);
    await sleep(random.between(300, 4_000));
    struck.link.heal();
    return struck.name;
  },
});

export const networkFaults: readonly Fault[] = [
  wrong('cut the network', (link) => link.cut('there', 'back')),
  wrong('cut the network one way', (link, random) => link.cut(random.pick(['there', 'back']))),
  wrong('delay the network', (link, random) => link.delay(random.between(20, 500))),
  wrong('reset connections', (link) => link.reset()),
  wrong('leave connections half open', (link) => link.vanish()),
  wrong(
    'damage what travels',
    (link) => link.damage(),
    ({ isEncrypted }) => isEncrypted,
  ),
];
