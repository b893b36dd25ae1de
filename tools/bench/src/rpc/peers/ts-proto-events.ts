import { readFileSync } from 'node:fs';
import { AppendEventsRequest } from '@kelp/contract-analytics';
import type { Event } from '@kelp/contract-event';
import type { Settings } from '../settings.js';

/** The events to send, as ts-proto has them. */
export function tsProtoEvents({ events }: Settings): Event[] {
  const { frame } = AppendEventsRequest.decode(readFileSync(events));
  return frame?.$case === 'items' ? frame.value.items : [];
}
