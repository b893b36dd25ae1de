import { EventType } from '@kelp/contract-event';

/**
 * What the roll-ups count, by number: below 32,768 the events of that type, from there on what is made of them. The SQL
 * function `event_measures` has the same rules.
 */
export const DERIVED = 32_768;

/** Opens by an actor, 1 to 4. */
export const opensBy = (actor: number): number => DERIVED + actor - 1;
/** Clicks by an actor, 1 to 4. */
export const clicksBy = (actor: number): number => DERIVED + 3 + actor;
export const UNIQUE_OPENED = DERIVED + 8;
export const UNIQUE_HUMAN_OPENED = DERIVED + 9;
export const UNIQUE_CLICKED = DERIVED + 10;
export const UNIQUE_HUMAN_CLICKED = DERIVED + 11;
export const HARD_BOUNCED = DERIVED + 12;
export const SOFT_BOUNCED = DERIVED + 13;
export const AMBIGUOUS_OPENED = DERIVED + 14;
export const AMBIGUOUS_CLICKED = DERIVED + 15;

/** Of what an event may be the first of its message: see SQL function `event_firsts`. */
export const FIRST_MEASURE = UNIQUE_OPENED - 1;

const HUMAN = 1;
const ACTOR_MAX = 4;
const SOFT = new Set(['soft', 'blocked', 'block', 'transient', 'temporary']);

/** What decides how an event is counted. */
export interface Counted {
  readonly type: number;
  readonly actor: number;
  readonly subType: string;
  readonly enhancedStatus: string;
  readonly smtpCode: number;
  readonly recipientAmbiguous: boolean;
}

/** What an event counts as beyond its type: 0 where nothing. */
export function measureOf({ type, actor, subType, enhancedStatus, smtpCode }: Counted): number {
  switch (type) {
    case EventType.OPENED:
      return actor >= HUMAN && actor <= ACTOR_MAX ? opensBy(actor) : 0;
    case EventType.CLICKED:
      return actor >= HUMAN && actor <= ACTOR_MAX ? clicksBy(actor) : 0;
    case EventType.BOUNCED: {
      const isSoft =
        SOFT.has(subType.toLowerCase()) || enhancedStatus.startsWith('4.') || (smtpCode >= 400 && smtpCode <= 499);
      return isSoft ? SOFT_BOUNCED : HARD_BOUNCED;
    }
    default:
      return 0;
  }
}

/** What an event counts as, too, where its recipient is not known: 0 where nothing. */
export function ambiguousMeasureOf({ type, recipientAmbiguous }: Counted): number {
  if (!recipientAmbiguous) return 0;
  if (type === EventType.OPENED) return AMBIGUOUS_OPENED;
  return type === EventType.CLICKED ? AMBIGUOUS_CLICKED : 0;
}

/** What an event may be the first of for its message: 1 an open, 2 a human's, 3 a click, 4 a human's. */
export function firstsOf({ type, actor, recipientAmbiguous }: Counted): readonly number[] {
  if (recipientAmbiguous) return NONE;
  if (type === EventType.OPENED) return actor === HUMAN ? OPEN_BY_HUMAN : OPEN;
  if (type === EventType.CLICKED) return actor === HUMAN ? CLICK_BY_HUMAN : CLICK;
  return NONE;
}

const NONE: readonly number[] = [];
const OPEN: readonly number[] = [1];
const OPEN_BY_HUMAN: readonly number[] = [1, 2];
const CLICK: readonly number[] = [3];
const CLICK_BY_HUMAN: readonly number[] = [3, 4];
