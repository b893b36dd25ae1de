import type { Random } from './random.js';
import type { World } from './world.js';

/** One way of breaking something. */
export interface Fault {
  readonly name: string;
  /** @returns what it struck; undefined where it struck nothing: what is just being started again is left alone */
  strike(world: World, random: Random): Promise<string | undefined>;
}
