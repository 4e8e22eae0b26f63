import { Ajv } from 'ajv';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import type { Report } from '../../src/reports/report.ts';
import { sarif } from '../../src/reports/sarif.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';
import { faultsOf, type Log } from '../reports/sarif-log.ts';

const room = mkdtempSync(join(tmpdir(), 'dindlint-sarif-'));
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** Microsoft's validator, by npx; it exits with 0 whatever it finds. The quotes are for the shell that its wrapper calls. */
function multitool(...words: readonly string[]): { readonly status: number | null; readonly told: string } {
  const { status, stdout, stderr } = spawnSync('npm', ['exec', '--yes', '--package=@microsoft/sarif-multitool@5.7.0', '--', 'sarif-multitool', ...words], { cwd: room, encoding: 'utf8', timeout: 300_000 });
  return { status, told: `${stdout}${stderr}` };
}
const had = multitool('help').told.includes('validate');

/** The errors and warnings that the validator has about a log, a line each. */
function objections(log: string): readonly string[] {
  const [file, result] = [join(room, 'log.sarif'), join(room, 'result.sarif')];
  writeFileSync(file, log);
  rmSync(result, { force: true });
  const { told } = multitool('validate', file, '--rule-kind', '"Sarif;Ghas"', '-o', result);
  expect(told).toContain('Analysis completed successfully.');
  const { runs } = JSON.parse(readFileSync(result, 'utf8').replace(/^\ufeff/, '')) as { readonly runs: readonly { readonly results?: readonly { readonly ruleId: string; readonly level?: string; readonly message: object }[] }[] };
  return runs.flatMap(({ results = [] }) => results.filter(({ level = 'warning' }) => level === 'warning' || level === 'error').map(({ ruleId, message }) => `${ruleId} ${JSON.stringify(message)}`));
}

/** The standard's own schema, from where it is published; undefined where that cannot be reached. */
const schema = await fetch('https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json', { signal: AbortSignal.timeout(20_000) })
  .then(async (answer) => (answer.ok ? ((await answer.json()) as Readonly<Record<string, unknown>>) : undefined))
  .catch(() => undefined);

/** What the schema has against a log, a line each. */
function breaches(log: string, { id: _id, $id: _same, ...from }: Readonly<Record<string, unknown>>): readonly string[] {
  // One of its patterns is none in Unicode mode.
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
  ajv.addFormat('uri', (text) => URL.canParse(text));
  ajv.addFormat('uri-reference', (text) => URL.canParse(text, 'https://example.org/') && !/[\s\\"<>^`{|}]/.test(text));
  ajv.addFormat('date-time', (text) => !Number.isNaN(Date.parse(text)));
  // Editions differ in the draft that they name and in how they name themselves; what they use is in both drafts.
  const valid = ajv.compile({ ...from, $schema: 'http://json-schema.org/draft-07/schema#' });
  valid(JSON.parse(log));
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
}

/** All fixtures together, as one repository; the broken ones bring problems. */
function everything(): Report {
  const root = join(import.meta.dirname, '../../fixtures');
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile() && !path.endsWith('expected.txt'));
  const files = Object.fromEntries(paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(root, path), 'utf8')]));
  const config = { path: '.dindlint.yaml', text: 'ignore\n' };
  const ignore = [{ rule: 'socket-exposed', reason: 'on purpose', at: { source: config, start: 0, end: 6 } }];
  return lint(openProject(memoryWorkspace({ ...files, 'odd folder/ä#%/compose.yaml': 'services:\n  docker:\n    image: docker:28.5.2-dind\n' }), {}), rules, { rules: new Map(), ignore, minCertainty: 'possible' });
}

describe('SARIF', () => {
  const report = everything();
  const log = sarif.render(report, { colour: false, quiet: false, version: '1.2.3' });

  test('of all fixtures is there to look at, and of our own shape', () => {
    expect(report.findings.length).toBeGreaterThan(150);
    expect(report.suppressed.length).toBeGreaterThan(0);
    expect(report.problems.length).toBeGreaterThan(0);
    expect(faultsOf(JSON.parse(log) as Log)).toEqual([]);
  });

  test('has no error and no warning in Microsoft’s validator, with the rules for SARIF and for GitHub', { timeout: 600_000 }, (context) => {
    if (!had) context.skip('@microsoft/sarif-multitool could not be had from npm');
    expect(objections(log)).toEqual([]);
  });

  test('is what the standard’s schema says, which also finds what is spoilt', (context) => {
    if (schema === undefined) return context.skip('the schema could not be had from docs.oasis-open.org');
    expect(breaches(log, schema)).toEqual([]);
    expect(breaches(log.replace('"utf16CodeUnits"', '"utf8"').replace('"rank": 90', '"rank": 900'), schema).length).toBeGreaterThan(1);
  });

  test('has some there where it is spoilt', { timeout: 600_000 }, (context) => {
    if (!had) context.skip('@microsoft/sarif-multitool could not be had from npm');
    const told = objections(log.replace('"startLine": ', '"startLine": -').replace('"helpUri": "https:', '"helpUri": "').replaceAll('"fullDescription"', '"fullDescriptions"')).join('\n');
    expect(told).toContain('GH2012');
  });
});
