import { EventType } from '@kelp/contract-event';
import type { ReportedEvent } from '../providers/provider.js';
import type { KnownConnection } from './known-connection.js';
import type { TemplateTable } from './table.js';

/**
 * Why an event is thrown away: by the connection's accepted types, as it was not sent from a template, or by one of the
 * connection's own rules.
 */
export type DropReason = 'type' | 'template' | 'rule';

/** What is told from its type and its template alone, before anything else of it is read. */
export type EarlyDropReason = Exclude<DropReason, 'rule'>;

/**
 * Decides whether an event is kept. A type that the provider has and Kelp does not know passes the rule on types: it is
 * for people to see, and never dropped in silence. What is about no message passes no rule.
 * @returns why it is thrown away, undefined where it is kept
 */
export function dropReason(
  { type, template }: Pick<ReportedEvent, 'type' | 'template'>,
  { acceptedTypes, knownTemplatesOnly, organization }: KnownConnection,
  templates: TemplateTable,
): EarlyDropReason | undefined {
  if (type === EventType.UNSPECIFIED) return 'type';
  if (acceptedTypes.size > 0 && !acceptedTypes.has(type) && type !== EventType.UNKNOWN) return 'type';
  if (knownTemplatesOnly && !templates.has(organization, template)) return 'template';
  return undefined;
}
