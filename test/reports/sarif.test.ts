import { expect, test } from 'vitest';
import type { Report } from '../../src/reports/report.ts';
import { linked, sentence, unlinked } from '../../src/reports/sarif-message.ts';
import { sarif } from '../../src/reports/sarif.ts';
import { claim } from '../../src/value/claim.ts';
import { written } from '../../src/value/value.ts';
import { rules } from '../every-rule.ts';
import { base, chain, compose, found, mismatch, plain, report, sampleRule, span } from './sample.ts';
import { type Artifact, faultsOf, type Log, type Result, type Run } from './sarif-log.ts';

const fix = { title: 'Dial 2376', safe: true, edits: [{ at: span(base, '2375'), text: '2376' }, { at: span(compose, '2375'), text: '' }, { at: span(base, 'x'), text: 'y' }] };
const full = report({
  rules: [{ ...sampleRule, docs: { ...sampleRule.docs, exceptions: 'Not here.' }, yieldsTo: ['no-daemon'], opens: 9.8 }],
  findings: [{ ...mismatch, fixes: [fix] }],
  suppressed: [
    { ...mismatch, severity: 'info', certainty: 'possible', by: { at: span(base, 'x'), reason: 'why not' } },
    { ...mismatch, severity: 'warning', certainty: 'certain', by: { at: span(compose, 'docker:'), reason: 'a comment', until: '2030-12-31' } },
  ],
  problems: [{ at: span(base, 'x'), message: 'is odd' }],
  sources: new Map([[compose.path, compose], [base.path, base]]),
});

const logOf = (one: Report): Log => JSON.parse(sarif.render(one, plain)) as Log;
function runOf(one: Report): Run {
  const log = logOf(one);
  expect(faultsOf(log)).toEqual([]);
  const [run] = log.runs;
  if (run === undefined) throw new Error('there is no run');
  return run;
}
function resultOf(one: Report): Result {
  const [result] = runOf(one).results;
  if (result === undefined) throw new Error('there is no result');
  return result;
}

test('a result has its rule, level, rank, place and fingerprint', () => {
  expect(resultOf(full)).toMatchObject({
    ruleId: 'tls-port-mismatch',
    ruleIndex: 0,
    level: 'error',
    rank: 60,
    locations: [{ physicalLocation: { artifactLocation: { uri: 'ci/compose.yaml', uriBaseId: 'SRCROOT' }, region: { startLine: 5, startColumn: 15, endLine: 5, endColumn: 32 } } }],
    partialFingerprints: { 'dindlint/v1': 'f'.repeat(32) },
    properties: { certainty: 'likely', assumes: ['registry.fresh'] },
  });
  expect(runOf(full)).toMatchObject({ columnKind: 'utf16CodeUnits', originalUriBaseIds: { SRCROOT: {} }, tool: { driver: { name: 'dindlint', version: '1.2.3', semanticVersion: '1.2.3' } }, artifacts: [{ location: { uri: 'base.yaml' } }, { location: { uri: 'ci/compose.yaml' } }] });
});

test('the reasons are in the message, linked where they lie elsewhere, and are the steps of a flow', () => {
  const { message, relatedLocations, codeFlows } = resultOf(full);
  expect(message.text).toBe('service `build` dials 2375, service `docker` listens on 2376. Why: service `build` dials tcp://docker:2375; [service `docker` speaks TLS there](2); [service `docker` is new](3).');
  expect(relatedLocations?.map(({ id, physicalLocation: { region } }) => [id, region.startLine, region.startColumn])).toEqual([[1, 5, 15], [2, 2, 21], [3, 2, 21]]);
  const steps = codeFlows?.[0]?.threadFlows[0]?.locations.map(({ nestingLevel, location }) => [nestingLevel, location.physicalLocation.artifactLocation.uri, location.message.text]);
  expect(steps).toEqual([
    [1, 'base.yaml', 'It comes by this place.'],
    [0, 'ci/compose.yaml', 'service `build` dials tcp://docker:2375.'],
    [0, 'ci/compose.yaml', 'service `docker` speaks TLS there. docker:dind serves TLS unless told otherwise ([source](https://example.org/tls)).'],
    [0, 'ci/compose.yaml', 'service `docker` is new. Assumed, registry.fresh: a tag that moves is the newest release known.'],
  ]);
});

test('a chain of one link is no flow, and what is said twice is told once', () => {
  const one = resultOf(report({ findings: [found(span(base, 'x'), 'm', claim('m', written(span(base, 'x'))))] }));
  expect([one.message.text, one.codeFlows]).toEqual(['m.', undefined]);
  const twice = resultOf(report({ findings: [found(span(base, 'x'), 'm', { truth: 'yes', because: [...claim('s', written(span(base, 'tcp'))).because, ...claim('s', written(span(base, '2375'))).because] })] }));
  expect([twice.message.text, twice.relatedLocations?.length]).toEqual(['m. Why: [s](1).', 2]);
});

test('a fix lists its edits by file', () => {
  expect(resultOf(full).fixes).toMatchObject([
    {
      description: { text: 'Dial 2376.' },
      artifactChanges: [
        { artifactLocation: { uri: 'base.yaml' }, replacements: [{ deletedRegion: { startLine: 1, startColumn: 17, endColumn: 21 }, insertedContent: { text: '2376' } }, { insertedContent: { text: 'y' } }] },
        { artifactLocation: { uri: 'ci/compose.yaml' }, replacements: [{ deletedRegion: { startLine: 5 } }] },
      ],
      properties: { safe: true },
    },
  ]);
});

test('what is ignored is there, with who ignores it and why', () => {
  const [, external, inSource] = runOf(full).results;
  expect(external).toMatchObject({ level: 'note', rank: 20, suppressions: [{ kind: 'external', status: 'accepted', justification: 'why not', location: { physicalLocation: { artifactLocation: { uri: 'base.yaml' } } } }] });
  expect(inSource).toMatchObject({ level: 'warning', rank: 90, suppressions: [{ kind: 'inSource', justification: 'a comment', properties: { until: '2030-12-31' } }] });
  expect(external?.suppressions?.[0]).not.toHaveProperty('properties');
  expect(runOf(full).results[0]?.suppressions).toEqual([]);
});

test('a problem is a notification', () => {
  expect(runOf(full).invocations).toMatchObject([{ executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning', message: { text: 'is odd.' }, descriptor: { id: 'unread', index: 0 }, locations: [{ physicalLocation: { artifactLocation: { uri: 'base.yaml' } } }] }] }]);
});

test('a rule has its page', () => {
  const [rule] = runOf(full).tool.driver.rules;
  expect(rule).toMatchObject({ id: 'tls-port-mismatch', name: 'TlsPortMismatch', shortDescription: { text: 'A port.' }, fullDescription: { text: 'What.' }, help: { text: 'What.\n\nWhy.\n\nInstead.\n\nNot here.' }, helpUri: 'https://github.com/dindlint/dindlint/blob/main/docs/rules/tls-port-mismatch.md', defaultConfiguration: { level: 'error' }, properties: { tags: ['docker', 'endpoint', 'security'], 'security-severity': '9.8' } });
  expect(rule?.help.markdown).toContain('[no-daemon](https://github.com/dindlint/dindlint/blob/main/docs/rules/no-daemon.md)');
});

test('every rule is fit to be shown; those that open a machine fail no check that they should not', () => {
  const { driver } = runOf(report({ rules, findings: [], sources: new Map() })).tool;
  expect(driver.rules).toHaveLength(rules.length);
  expect(driver.rules.every(({ properties }) => (properties?.tags.length ?? 0) >= 2)).toBe(true);
  const opening = rules.filter(({ opens }) => opens !== undefined);
  expect(opening.map(({ id }) => id)).toContain('unauthenticated-tcp');
  // GitHub takes 7 and more for high, at which a check fails by default, and 4 and more for medium.
  for (const { id, severity, opens = 0 } of opening) expect(opens, id).toBeLessThan({ error: 10.1, warning: 7, info: 4 }[severity]);
  expect(driver.rules.filter(({ properties }) => properties?.['security-severity'] !== undefined)).toHaveLength(opening.length);
});

test('the fingerprint does not ask where the finding stands', () => {
  const later = { ...compose, text: `# moved\n\n${compose.text}` };
  const moved = resultOf(report({ findings: [{ ...mismatch, at: span(later, 'tcp://docker:2375') }] }));
  expect(moved.partialFingerprints).toEqual(resultOf(report()).partialFingerprints);
});

test.each([
  ['a b/ä#?%.yaml', 'a%20b/%C3%A4%23%3F%25.yaml'],
  ['c:/x.yaml', 'c%3A/x.yaml'],
  ['[a]\\b\n.yaml', '%5Ba%5D%5Cb%0A.yaml'],
  ['\ud800.yaml', '%EF%BF%BD.yaml'],
])('the path %j is the reference %s', (path, uri) => {
  const at = span({ ...base, path }, 'x');
  const run = runOf(report({ findings: [found(at, 'm', claim('s', written(at)))], problems: [{ at, message: 'odd' }], sources: new Map([[path, at.source]]) }));
  const locations: readonly (Artifact | undefined)[] = [run.artifacts[0]?.location, run.results[0]?.locations[0]?.physicalLocation.artifactLocation];
  expect(locations.map((one) => one?.uri)).toEqual([uri, uri]);
});

test.each([
  ['as it is', 'as it is', '[as it is](1)'],
  ['a[0] {x} ${1}', 'a[0] {x} ${{1}}', '[a\\[0\\] {x} ${{1}}](1)'],
  ['see [this](2)', 'see \\[this\\](2)', '[see \\[this\\](2)](1)'],
  ['$[[ a ]]', '$[[ a ]]', '[$\\[\\[ a \\]\\]](1)'],
])('in a message %j stands as it was meant', (text, alone, link) => expect([unlinked(text), linked(text, '1')]).toEqual([alone, link]));

test.each([['a', 'a.'], ['a.', 'a.'], ['a?', 'a?'], ['', '.']])('%j is the sentence %j', (words, expected) => expect(sentence(words)).toBe(expected));

test('columns count UTF-16 code units, an empty span is a place', () => {
  const source = { path: 'a.yaml', text: 'a: 🐳x\r\nb\r' };
  const run = runOf(report({ findings: [found(span(source, 'x'), 'm', chain), found({ source, start: 10, end: 10 }, 'm', chain)] }));
  expect(run.results.map(({ locations }) => locations[0]?.physicalLocation.region)).toEqual([
    { startLine: 1, startColumn: 6, endLine: 1, endColumn: 7 },
    { startLine: 3, startColumn: 1, endLine: 3, endColumn: 1 },
  ]);
});

test('nothing in it acts on a terminal, and it reads back as it was', () => {
  const nasty = 'a\u001b[31m\u009b\u202e\u2028\u007f"\\\n';
  const text = sarif.render(report({ findings: [found(span(base, 'x'), nasty, claim(nasty, written(span(base, 'x'))))] }), plain);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  expect((JSON.parse(text) as Log).runs[0]?.results[0]?.message.text).toBe(`${nasty}.`);
});

test('the check of the shape finds what is wrong', () => {
  const log = logOf(full);
  const spoilt = (change: (text: string) => string): number => faultsOf(JSON.parse(change(JSON.stringify(log))) as Log).length;
  for (const [from, to] of [['"2.1.0"', '"2.0.0"'], ['"ruleIndex":0', '"ruleIndex":1'], ['](2)', '](9)'], ['"uri":"base.yaml"', '"uri":"../base.yaml"'], ['"startLine":5', '"startLine":0'], ['dindlint/v1', 'primaryLocationLineHash'], ['is odd.', 'is odd'], ['"rank":60', '"rank":101'], ['"security-severity":"9.8"', '"security-severity":"10.8"'], ['"security-severity":"9.8"', '"security-severity":9.8'], ['"endpoint","security"', '"endpoint"']] as const) expect(spoilt((text) => text.replace(from, to)), from).toBeGreaterThan(0);
});
