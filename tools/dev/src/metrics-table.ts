import { EventType } from '@kelp/contract-event';
import { type Demo, type RunResult, sum } from '@kelp/demo';
import { table } from '@kelp/terminal';

const nameOf = (type: EventType): string => (EventType[type] ?? String(type)).toLowerCase();

/** What a run added to the metrics of the demo's templates, beside what it should have. */
export function metricsTable(demo: Demo, { counted, expected, inAll }: RunResult): string {
  const heading = [
    'template',
    'version',
    ...demo.acceptedTypes.map(nameOf),
    'counted',
    'should be',
    'with earlier runs',
  ];
  const rows = demo.templates.flatMap(({ id, displayName, versions }) =>
    versions.map((version) => {
      const of = (counts: RunResult['counted']) =>
        counts.filter((count) => count.template === id && count.version === version);
      const ofType = (type: EventType) => sum(of(counted).filter((count) => count.type === type));
      return [
        displayName,
        version,
        ...demo.acceptedTypes.map(ofType),
        sum(of(counted)),
        sum(of(expected)),
        sum(of(inAll)),
      ];
    }),
  );
  return table(heading, rows);
}

/** The counts that are not what they should be, one a line. */
export const mismatchLines = ({ mismatches }: RunResult): string[] =>
  mismatches.map(
    ({ template, version, type, count, expected }) =>
      `  template ${template || '(none)'} version ${version}, ${nameOf(type)}: ${count} counted, ${expected} posted`,
  );
