import {
  FilterRule_Action as Action,
  FilterCondition_Field as Field,
  type FilterCondition,
  type FilterRule,
  FilterCondition_Operator as Operator,
  FilterRule_State as State,
} from '@kelp/contract-account';
import { type Event, EventType, MachineGenerated } from '@kelp/contract-event';
import { isUuid, uuidToBytes } from '@kelp/resource';

/** An event that a rule matched. */
export interface RuleMatch {
  readonly rule: string;
  readonly event: Event;
  /** Whether it is thrown away for that. */
  readonly dropped: boolean;
}

type Test = (event: Event) => boolean;

interface CompiledRule {
  readonly id: string;
  readonly matches: Test;
  readonly isEnforced: boolean;
  readonly drops: boolean;
}

/** A connection's rules, compiled once when they change. */
export class FilterRules {
  static readonly NONE = new FilterRules([]);
  private readonly rules: readonly CompiledRule[];

  constructor(rules: readonly FilterRule[]) {
    this.rules = rules.flatMap((rule) => compiled(rule) ?? []);
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /**
   * Decides about an event: the first enforced rule that matches does.
   * @param matched hears of that rule, and of those in shadow that match before it
   * @returns whether it is kept
   */
  keep(event: Event, matched: (match: RuleMatch) => void): boolean {
    for (const { id: rule, matches, isEnforced, drops } of this.rules) {
      if (!matches(event)) continue;
      matched({ rule, event, dropped: isEnforced && drops });
      if (isEnforced) return !drops;
    }
    return true;
  }
}

/** Undefined where it does nothing: it is disabled, or has something of a later release. */
function compiled({ id, conditions, action, state, perMille }: FilterRule): CompiledRule | undefined {
  if (state !== State.ENFORCED && state !== State.SHADOW) return undefined;
  if (action !== Action.DROP && action !== Action.KEEP) return undefined;
  const tests = conditions.map(compiledCondition);
  if (!tests.every((test) => test !== undefined)) return undefined;
  const isChosen = perMille === 0 ? undefined : (event: Event) => chanceOf(event) < perMille;
  const matches = (event: Event) => tests.every((test) => test(event)) && (isChosen?.(event) ?? true);
  return { id, matches, isEnforced: state === State.ENFORCED, drops: action === Action.DROP };
}

/** From 0 up to 1,000, evenly, and the same whenever the event is posted: the end of its identifier is a hash. */
const chanceOf = ({ eventId }: Event): number => (eventId.readUInt32BE(12) / 2 ** 32) * 1000;

/** What an event has of a field: none, one, or several texts. */
type Values = (event: Event) => readonly string[];

const one = (text: (event: Event) => string): Values => {
  return (event) => {
    const value = text(event);
    return value === '' ? [] : [value];
  };
};

const VALUES: Readonly<Partial<Record<Field, Values>>> = {
  [Field.TYPE]: one(({ type }) => EventType[type] ?? ''),
  [Field.SUB_TYPE]: one(({ subType }) => subType),
  [Field.TEMPLATE]: one(({ templateId }) => templateId.toString('hex')),
  [Field.RECIPIENT_DOMAIN]: one(({ recipientDomain }) => recipientDomain),
  [Field.CAMPAIGN]: one(({ campaign }) => campaign),
  [Field.TAG]: ({ tags }) => tags,
  [Field.LINK_HOST]: one(({ url }) => hostOf(url)),
  [Field.LOCALE]: one(({ locale }) => locale),
  [Field.VARIANT]: one(({ variant }) => variant),
  [Field.COUNTRY]: one(({ ipCountry }) => ipCountry),
  [Field.MACHINE]: one(({ machineGenerated }) =>
    machineGenerated === MachineGenerated.UNSPECIFIED ? '' : (MachineGenerated[machineGenerated] ?? ''),
  ),
  [Field.SMTP_CODE]: one(({ smtpCode }) => numberText(smtpCode)),
  [Field.TEMPLATE_VERSION]: one(({ templateVersion }) => numberText(templateVersion)),
};

const numberText = (value: number) => (value === 0 ? '' : String(value));

function hostOf(url: string): string {
  if (url === '') return '';
  try {
    return new URL(url).hostname;
  } catch {
    return '';
  }
}

function compiledCondition({ field, key, operator, values, negated }: FilterCondition): Test | undefined {
  const valuesOf = field === Field.METADATA ? one(({ metadata }) => ownValue(metadata, key)) : VALUES[field];
  const isWanted = compiledOperator(operator, field === Field.TEMPLATE ? values.map(hexOf) : values);
  if (!valuesOf || !isWanted) return undefined;
  return (event) => valuesOf(event).some(isWanted) !== negated;
}

const ownValue = (record: Readonly<Record<string, string>>, key: string): string =>
  Object.hasOwn(record, key) ? record[key]! : '';

const hexOf = (uuid: string): string => (isUuid(uuid) ? uuidToBytes(uuid).toString('hex') : uuid);

function compiledOperator(operator: Operator, values: readonly string[]): ((value: string) => boolean) | undefined {
  switch (operator) {
    case Operator.IS: {
      const wanted = new Set(values);
      return (value) => wanted.has(value);
    }
    case Operator.STARTS_WITH:
      return (value) => values.some((wanted) => value.startsWith(wanted));
    case Operator.ENDS_WITH:
      return (value) => values.some((wanted) => value.endsWith(wanted));
    case Operator.EXISTS:
      return () => true;
    case Operator.AT_LEAST: {
      const least = Number(values[0]);
      return (value) => value.trim() !== '' && Number(value) >= least;
    }
    default:
      return undefined;
  }
}
