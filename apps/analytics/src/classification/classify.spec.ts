import { EventType, MachineGenerated } from '@kelp/contract-event';
import { classify, type Evidence, Reason, RULES_VERSION } from './classify.js';
import { readUserAgent } from './user-agent.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const ANDROID =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const IPAD = 'Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const OUTLOOK = 'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.5134)';
const GMAIL = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const YAHOO = 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html';

const judge = (evidence: Partial<Evidence> & { agent?: string }, version: number = RULES_VERSION) => {
  const { agent = CHROME, ...rest } = evidence;
  return classify({ type: EventType.CLICKED, machineGenerated: 0, userAgent: readUserAgent(agent), ...rest }, version);
};

it.each([
  ['', MachineGenerated.UNSPECIFIED, Reason.noEvidence],
  [CHROME, MachineGenerated.HUMAN, Reason.ordinaryUserAgent],
  [OUTLOOK, MachineGenerated.HUMAN, Reason.ordinaryUserAgent],
  ['Mozilla/5.0', MachineGenerated.MPP, Reason.privacyUserAgent],
  [GMAIL, MachineGenerated.PROXY, Reason.proxyUserAgent],
  [YAHOO, MachineGenerated.PROXY, Reason.proxyUserAgent],
  ['Mozilla/5.0 BitDefender', MachineGenerated.SCANNER, Reason.scannerUserAgent],
  ['python-requests/2.32', MachineGenerated.SCANNER, Reason.botUserAgent],
])('takes "%s" for %i', (agent, actor, reason) => {
  for (const type of [EventType.OPENED, EventType.CLICKED]) expect(judge({ agent, type })).toEqual({ actor, reason });
});

it('believes the provider first, and takes what it does not know for nothing said', () => {
  for (const actor of [1, 2, 3, 4]) {
    expect(judge({ machineGenerated: actor, agent: '' })).toEqual({ actor, reason: Reason.provider });
  }
  expect(judge({ machineGenerated: 77 }).reason).toBe(Reason.ordinaryUserAgent);
});

it('judges opens and clicks only', () => {
  expect(judge({ type: EventType.DELIVERED })).toEqual({ actor: 0, reason: Reason.none });
});

describe('with the other events of the message', () => {
  const calm = { sinceDeliveredMs: 60_000, linksAround: 1 };

  it('takes a click right after the delivery for a scanner’s', () => {
    expect(judge({ message: { ...calm, sinceDeliveredMs: 1_499 } }).reason).toBe(Reason.tooSoon);
    expect(judge({ message: { ...calm, sinceDeliveredMs: 1_500 } }).reason).toBe(Reason.ordinaryUserAgent);
    expect(judge({ message: { ...calm, sinceDeliveredMs: null } }).reason).toBe(Reason.ordinaryUserAgent);
  });

  it('takes clicks on many links at once for a scanner’s, whatever its user agent', () => {
    expect(judge({ message: { ...calm, linksAround: 3 }, agent: '' }).reason).toBe(Reason.burst);
    expect(judge({ message: { ...calm, linksAround: 2 } }).reason).toBe(Reason.ordinaryUserAgent);
  });

  it('leaves opens alone, and machines what they are', () => {
    const message = { sinceDeliveredMs: 0, linksAround: 9 };
    expect(judge({ message, type: EventType.OPENED }).reason).toBe(Reason.ordinaryUserAgent);
    expect(judge({ message, agent: GMAIL }).reason).toBe(Reason.proxyUserAgent);
  });

  it('says nothing to version 1', () => {
    expect(judge({ message: { sinceDeliveredMs: 0, linksAround: 9 } }, 1).reason).toBe(Reason.ordinaryUserAgent);
  });
});

it.each([
  [CHROME, 'desktop', 'chrome'],
  [ANDROID, 'mobile', 'chrome'],
  [IPAD, 'tablet', 'apple-mail'],
  [OUTLOOK, 'desktop', 'outlook'],
  [GMAIL, '', 'gmail'],
  [YAHOO, '', 'yahoo'],
  ['Mozilla/5.0', '', 'apple-mail'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Thunderbird/140.1.0', 'desktop', 'thunderbird'],
  [`${CHROME} Edg/142.0.0.0`, 'desktop', 'edge'],
  ['something', '', ''],
])('sees in "%s" the device "%s" and the client "%s"', (agent, device, client) => {
  expect(readUserAgent(agent)).toMatchObject({ device, client });
});

it('reads any user agent in good time', () => {
  for (const piece of ['(', 'Mozilla/5.0 (', 'Version/1 ', 'Android Mobile ', ' ']) {
    expect(readUserAgent(piece.repeat(Math.ceil(1024 / piece.length)))).toBeDefined();
  }
});
