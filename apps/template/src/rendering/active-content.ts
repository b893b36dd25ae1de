import { holdsAddress, runs } from './address.js';
import type { Region } from './html-regions.js';
import { decodeReferences } from './references.js';

/** Elements that run, load or show something else than the message. No mail client lets them. */
const ACTIVE = new Set([
  'animate',
  'animatemotion',
  'animatetransform',
  'applet',
  'embed',
  'frame',
  'frameset',
  'iframe',
  'object',
  'plaintext',
  'script',
  'set',
]);

/** What in a message would run, or lead elsewhere by itself. */
export interface ActiveContent {
  /** What to look for in the source, such as `<script`. */
  readonly written: string;
  readonly problem: string;
}

/** What is active about a region; undefined where nothing is. What comments hide does nothing. */
export function activeContent(html: string, region: Region, element: string): ActiveContent | undefined {
  if (region.inComment) return undefined;
  if (region.kind === 'element' && ACTIVE.has(region.name)) {
    return { written: `<${region.name}`, problem: `<${region.name}> does not work in mail` };
  }
  if (region.kind !== 'attribute') return undefined;
  if (/^on[a-z]/.test(region.name)) return { written: region.name, problem: `${region.name} runs a script` };
  if (element === 'meta' && region.name === 'http-equiv' && isRefresh(html.slice(region.start, region.end))) {
    return { written: 'refresh', problem: 'a message cannot lead elsewhere by itself' };
  }
  if (holdsAddress(region.name) && runs(decodeReferences(html.slice(region.start, region.end)))) {
    return { written: region.name, problem: `the address in ${region.name} runs a script` };
  }
  return undefined;
}

const isRefresh = (value: string) => decodeReferences(value).trim().toLowerCase() === 'refresh';
