import { EventType, MachineGenerated } from '@kelp/contract-event';
import type { UserAgent } from './user-agent.js';

/** Why an open or a click was judged as it was, as stored: numbers are never used again for something else. */
export const Reason = {
  /** Neither an open nor a click. */
  none: 0,
  /** No evidence at all: there is no user agent. */
  noEvidence: 1,
  /** The provider says so. */
  provider: 2,
  /** The user agent of Apple Mail Privacy Protection. */
  privacyUserAgent: 3,
  /** The user agent of an image proxy. */
  proxyUserAgent: 4,
  /** The user agent of a security product. */
  scannerUserAgent: 5,
  /** The user agent of some other bot. */
  botUserAgent: 6,
  /** An ordinary user agent, and nothing against it. */
  ordinaryUserAgent: 7,
  /** Clicked within 1.5 seconds after the delivery. */
  tooSoon: 8,
  /** One of at least 3 different links of its message that were followed within 10 seconds. */
  burst: 9,
} as const;
export type Reason = (typeof Reason)[keyof typeof Reason];

/**
 * The versions of the rules. A version never changes: another judgement is another version.
 * - 1: what the event itself says
 * - 2: what the message's other events say, too, once they are there
 */
export const RULES_VERSIONS = [1, 2] as const;
/** The version that events are judged by as they come in, when nothing is known of other events. */
export const RULES_VERSION = 2;

export interface Evidence {
  readonly type: number;
  /** What the provider says, if anything. */
  readonly machineGenerated: number;
  readonly userAgent: UserAgent;
  /** What the other events of the message say; undefined where nobody has looked. */
  readonly message?: {
    /** Since the delivery; null where there is none before it. */
    readonly sinceDeliveredMs: number | null;
    /** How many different links of the message were followed within 10 seconds around. */
    readonly linksAround: number;
  };
}

export interface Judgement {
  readonly actor: MachineGenerated;
  readonly reason: Reason;
}

const SOON_MS = 1_500;
const BURST_LINKS = 3;

const judgement = (actor: MachineGenerated, reason: Reason): Judgement => ({ actor, reason });

const NOT_JUDGED = judgement(MachineGenerated.UNSPECIFIED, Reason.none);
const TOO_SOON = judgement(MachineGenerated.SCANNER, Reason.tooSoon);
const BURST = judgement(MachineGenerated.SCANNER, Reason.burst);
const BY_USER_AGENT: Readonly<Record<UserAgent['kind'], Judgement>> = {
  none: judgement(MachineGenerated.UNSPECIFIED, Reason.noEvidence),
  privacy: judgement(MachineGenerated.MPP, Reason.privacyUserAgent),
  proxy: judgement(MachineGenerated.PROXY, Reason.proxyUserAgent),
  scanner: judgement(MachineGenerated.SCANNER, Reason.scannerUserAgent),
  bot: judgement(MachineGenerated.SCANNER, Reason.botUserAgent),
  ordinary: judgement(MachineGenerated.HUMAN, Reason.ordinaryUserAgent),
};
const BY_PROVIDER = [1, 2, 3, 4].map((actor) => judgement(actor, Reason.provider));

/** Judges who caused an open or a click, by one version of the rules: the first rule that knows decides. */
export function classify({ type, machineGenerated, userAgent, message }: Evidence, version: number): Judgement {
  if (type !== EventType.OPENED && type !== EventType.CLICKED) return NOT_JUDGED;
  const byProvider = BY_PROVIDER[machineGenerated - 1];
  if (byProvider) return byProvider;
  const byUserAgent = BY_USER_AGENT[userAgent.kind];
  const isMachine = byUserAgent.actor > MachineGenerated.HUMAN;
  if (version < 2 || !message || isMachine || type !== EventType.CLICKED) return byUserAgent;
  const { sinceDeliveredMs, linksAround } = message;
  if (sinceDeliveredMs !== null && sinceDeliveredMs < SOON_MS) return TOO_SOON;
  return linksAround >= BURST_LINKS ? BURST : byUserAgent;
}
