import { isbot } from 'isbot';

/** What a user agent says about who is behind it. */
export interface UserAgent {
  /** `desktop`, `mobile`, `tablet`, or empty where it is not known. */
  readonly device: string;
  /** Such as `apple-mail`, `gmail` or `chrome`; empty where it is not known. */
  readonly client: string;
  readonly kind: 'none' | 'privacy' | 'proxy' | 'scanner' | 'bot' | 'ordinary';
}

/** The first that matches: whoever pretends to be another names that one first, and itself later. */
const CLIENTS: readonly (readonly [string, RegExp])[] = [
  ['gmail', /GoogleImageProxy|\bGmail\b/i],
  ['yahoo', /YahooMailProxy|\bYahooMobile/i],
  ['outlook', /\bOutlook\b|\bMSOffice\b|Microsoft Office|\bMSOutlook/i],
  ['thunderbird', /Thunderbird/i],
  ['samsung-mail', /SamsungEmail/i],
  ['edge', /\bEdgA?\/|\bEdgiOS\//],
  ['opera', /\bOPR\/|\bOpera\b/],
  ['firefox', /\bFirefox\/|\bFxiOS\//],
  ['chrome', /\bChrome\/|\bCriOS\//],
  ['safari', /\bVersion\/[\d.]+.*\bSafari\//],
  // Apple's mail clients name the engine and no browser.
  ['apple-mail', /\((?:Macintosh|iPhone|iPad|iPod)[^)]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\)(?: Mobile\/\w+)?$/],
];
/** Apple's privacy proxy says exactly this. */
const PRIVACY = 'Mozilla/5.0';
const PROXY = /GoogleImageProxy|YahooMailProxy|ImageProxy/i;
const SCANNER =
  /barracuda|mimecast|proofpoint|messagelabs|symantec|forcepoint|fortinet|trend ?micro|sophos|bitdefender|cisco|ironport|safelinks|urldefense|zscaler|virustotal/i;

/** Reads a user agent. */
export function readUserAgent(text: string): UserAgent {
  if (text === '') return { device: '', client: '', kind: 'none' };
  const kind = kindOf(text);
  return {
    // A machine's device is not a person's.
    device: kind === 'ordinary' ? deviceOf(text) : '',
    client: kind === 'privacy' ? 'apple-mail' : (CLIENTS.find(([, pattern]) => pattern.test(text))?.[0] ?? ''),
    kind,
  };
}

function kindOf(text: string): UserAgent['kind'] {
  if (text === PRIVACY) return 'privacy';
  if (PROXY.test(text)) return 'proxy';
  if (SCANNER.test(text)) return 'scanner';
  return isbot(text) ? 'bot' : 'ordinary';
}

function deviceOf(text: string): string {
  if (/\biPad\b|\bTablet\b|\bPlayBook\b|\bSilk\//i.test(text)) return 'tablet';
  if (/\bAndroid\b/.test(text)) return /\bMobile\b/.test(text) ? 'mobile' : 'tablet';
  if (/\biPhone\b|\biPod\b|\bMobile\b|\bWindows Phone\b/.test(text)) return 'mobile';
  return /\bWindows\b|\bMacintosh\b|\bX11\b|\bLinux\b|\bCrOS\b/.test(text) ? 'desktop' : '';
}

const KNOWN_MAX = 10_000;
/** Longer ones are read each time: memory is bounded by what is remembered, not by what senders make up. */
const KNOWN_LENGTH_MAX = 512;

/** Remembers what it read: nearly all events share a few user agents. */
export class UserAgents {
  private readonly known = new Map<string, UserAgent>();

  of(text: string): UserAgent {
    const known = this.known.get(text);
    if (known) return known;
    const read = readUserAgent(text);
    if (this.known.size >= KNOWN_MAX) this.known.clear();
    if (text.length <= KNOWN_LENGTH_MAX) this.known.set(text, read);
    return read;
  }
}
