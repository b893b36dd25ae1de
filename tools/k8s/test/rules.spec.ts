import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { render } from '../src/render.js';
import { ROOT } from '../src/root.js';
import { alertsOf, dashboardQueries, groupsOf } from '../src/rule-files.js';

const objects = render('overlays/production');
const runbooks = join(ROOT, 'k8s/runbooks');

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
if (!hasPromtool) {
  console.warn('NOTICE: there is no promtool on the PATH: alerts are not tried. (Debian: apt-get install prometheus)');
}

it('has a runbook for every alert, and no other', () => {
  const names = alertsOf(objects).map(({ alert }) => alert);
  expect(readdirSync(runbooks).sort()).toEqual([...new Set(names)].sort().map((name) => `${name}.md`));
  for (const { alert, annotations, labels } of alertsOf(objects)) {
    expect(annotations?.runbook_url).toMatch(new RegExp(`/k8s/runbooks/${alert}\\.md$`));
    expect(annotations?.summary).toMatch(/^[A-Z{].*\.$/);
    expect(['page', 'ticket']).toContain(labels?.severity);
    const text = readFileSync(join(runbooks, `${alert}.md`), 'utf8');
    for (const part of ['What it means', 'Where to look', 'What to do']) expect(text).toContain(`**${part}.**`);
  }
});

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly object[] }[];
  }[];
}

it('has a test for every alert in which it rings', () => {
  const { tests } = parse(readFileSync(join(ROOT, 'k8s/components/monitoring/rules.test.yaml'), 'utf8')) as RuleTests;
  const rung = tests
    .flatMap((test) => test.alert_rule_test)
    .filter((tried) => tried.exp_alerts.length > 0)
    .map(({ alertname }) => alertname);
  expect([...new Set(rung)].sort()).toEqual([...new Set(alertsOf(objects).map(({ alert }) => alert))].sort());
});

(hasPromtool ? describe : describe.skip)('promtool', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kelp-rules-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const promtool = (...args: string[]): string => {
    try {
      return execFileSync('promtool', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${stdout}${stderr}`);
    }
  };

  it('reads every rule, and every query of every dashboard', () => {
    const queries = dashboardQueries(objects).map((expr, index) => ({
      record: `dashboard:query_${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    expect(queries.length).toBeGreaterThan(60);
    const groups = [...groupsOf(objects), { name: 'dashboards', rules: queries }];
    writeFileSync(join(folder, 'all.yaml'), stringify({ groups }));
    expect(promtool('check', 'rules', 'all.yaml')).toContain('SUCCESS');
  });

  it('sees alerts ring when they should, and only then', () => {
    const tests = parse(readFileSync(join(ROOT, 'k8s/components/monitoring/rules.test.yaml'), 'utf8'));
    // What an alert says is the rule's business: the tests name its labels.
    const groups = groupsOf(objects).map((group) => ({
      ...group,
      rules: group.rules.map(({ annotations: _, ...rule }) => rule),
    }));
    writeFileSync(join(folder, 'rules.yaml'), stringify({ groups }));
    writeFileSync(join(folder, 'tests.yaml'), stringify({ rule_files: ['rules.yaml'], ...tests }));
    expect(existsSync(join(folder, 'rules.yaml'))).toBe(true);
    expect(promtool('test', 'rules', 'tests.yaml')).toContain('SUCCESS');
  }, 60_000);
});
