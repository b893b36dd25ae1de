import { RecipientAction } from '@kelp/contract-analytics';
import { type Event, EventType } from '@kelp/contract-event';

const HUMAN = 1;

/** What an event says that its recipient did. The SQL function `recipient_actions` has the same rules. */
export function actionsOf({ type, recipientAmbiguous }: Event, actor: number): readonly RecipientAction[] {
  if (type === EventType.DELIVERED) return DELIVERED;
  if (recipientAmbiguous) return NONE;
  if (type === EventType.OPENED) return actor === HUMAN ? OPENED_BY_HUMAN : OPENED;
  if (type === EventType.CLICKED) return actor === HUMAN ? CLICKED_BY_HUMAN : CLICKED;
  return NONE;
}

const NONE: readonly RecipientAction[] = [];
const DELIVERED: readonly RecipientAction[] = [RecipientAction.DELIVERED];
const OPENED: readonly RecipientAction[] = [RecipientAction.OPENED];
const OPENED_BY_HUMAN: readonly RecipientAction[] = [RecipientAction.OPENED, RecipientAction.HUMAN_OPENED];
const CLICKED: readonly RecipientAction[] = [RecipientAction.CLICKED];
const CLICKED_BY_HUMAN: readonly RecipientAction[] = [RecipientAction.CLICKED, RecipientAction.HUMAN_CLICKED];
