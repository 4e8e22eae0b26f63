import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rules } from '../../rules/index.ts';
import { type Known, baselineText, knownFrom, readBaseline } from '../../src/lint/baseline.ts';
import { type Settings, lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import type { Report } from '../../src/reports/report.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { positionAt } from '../../src/text/lines.ts';

const linted = (files: Readonly<Record<string, string>>, settings: Partial<Settings> = {}): Report => lint(openProject(memoryWorkspace(files), {}), rules, { rules: new Map(), ignore: [], minCertainty: 'likely', ...settings });

/** The baseline that these files give, as it comes back from its file. */
function baselineOf(files: Readonly<Record<string, string>>, settings: Partial<Settings> = {}): readonly Known[] {
  const read = readBaseline(baselineText(knownFrom(linted(files, settings).findings)));
  if (typeof read === 'string') throw new Error(read);
  return read;
}
const shown = ({ findings }: Report): readonly string[] => findings.map(({ rule, at }) => `${rule.id} ${at.source.path}:${positionAt(at.source, at.start).line}`);

const daemon = (name: string, image = 'docker:28.5.2-dind'): string => `  ${name}:\n    image: ${image}\n`;
const compose = (...services: readonly string[]): string => `services:\n${services.join('')}`;
const one = { 'compose.yaml': compose(daemon('docker')) };

describe('what is in the baseline is left out', () => {
  test.each<readonly [string, Record<string, string>, Record<string, string>, readonly string[], { known: number; gone: number }]>([
    ['the same files', one, one, [], { known: 1, gone: 0 }],
    ['moved lines', one, { 'compose.yaml': `# more\n\n${compose(daemon('docker'))}` }, [], { known: 1, gone: 0 }],
    ['other quotes', one, { 'compose.yaml': compose(daemon('docker', '"docker:28.5.2-dind"')) }, [], { known: 1, gone: 0 }],
    ['a renamed file', one, { 'ci/compose.yml': compose(daemon('docker')) }, [], { known: 1, gone: 0 }],
    ['another daemon beside it', one, { 'compose.yaml': compose(daemon('docker'), daemon('other')) }, ['missing-privileged compose.yaml:5'], { known: 1, gone: 0 }],
    ['another image', one, { 'compose.yaml': compose(daemon('docker', 'docker:28.5.1-dind')) }, ['missing-privileged compose.yaml:3'], { known: 0, gone: 1 }],
    ['the mistake mended', one, { 'compose.yaml': `${compose(daemon('docker'))}    privileged: true\n` }, [], { known: 0, gone: 1 }],
    ['a copy of the file', one, { ...one, 'copy/compose.yaml': compose(daemon('docker')) }, ['missing-privileged copy/compose.yaml:3'], { known: 1, gone: 0 }],
    ['a copy of the file, sorted before it', one, { ...one, 'a/compose.yaml': compose(daemon('docker')) }, ['missing-privileged a/compose.yaml:3'], { known: 1, gone: 0 }],
    ['one of two copies gone', { ...one, 'a/compose.yaml': compose(daemon('docker')) }, one, [], { known: 1, gone: 1 }],
    ['a file renamed and copied', one, { 'a/compose.yaml': compose(daemon('docker')), 'b/compose.yaml': compose(daemon('docker')) }, ['missing-privileged b/compose.yaml:3'], { known: 1, gone: 0 }],
  ])('%s', (_, before, after, expected, counts) => {
    const report = linted(after, { baseline: baselineOf(before) });
    expect(shown(report)).toEqual(expected);
    expect(report.baseline).toEqual(counts);
  });

  test('equals of one file are counted', () => {
    const script = (times: number): Record<string, string> => ({ '.gitlab-ci.yml': `a:\n  image: docker:28.5.2-cli\n  script:\n${'    - DOCKER_HOST=http://x:2375 docker ps\n'.repeat(times)}` });
    const baseline = baselineOf(script(2));
    expect(baseline.map(({ rule, count }) => `${rule} ${count}`)).toEqual(['malformed-docker-host 2']);
    expect(shown(linted(script(3), { baseline }))).toEqual(['malformed-docker-host .gitlab-ci.yml:6']);
    expect(linted(script(1), { baseline })).toMatchObject({ findings: [], baseline: { known: 1, gone: 1 } });
  });

  test('a finding outside of what is asked for keeps its entry', () => {
    const two = { ...one, 'new/compose.yaml': compose(daemon('docker')) };
    const report = linted(two, { baseline: baselineOf(one), only: new Set(['new/compose.yaml']) });
    expect(shown(report)).toEqual(['missing-privileged new/compose.yaml:3']);
    expect(report.baseline).toEqual({ known: 0, gone: 0 });
  });

  test('what is out of view, switched off or less certain is not gone', () => {
    const baseline = baselineOf({ ...one, 'b/compose.yaml': compose(daemon('docker', 'docker:dind')) });
    expect(linted(one, { baseline, only: new Set(['compose.yaml']) }).baseline).toEqual({ known: 1, gone: 0 });
    expect(linted(one, { baseline: baselineOf(one), rules: new Map([['missing-privileged', 'off']]) }).baseline).toEqual({ known: 0, gone: 0 });
  });
});

test('the file is sorted, counts equals and has no lines', () => {
  const text = baselineText(baselineOf({ 'b.compose.yaml': '', ...one, 'a/compose.yaml': compose(daemon('docker', 'docker:dind')) }));
  expect(text.replace(/[0-9a-f]{32}/g, 'x')).toBe(`{
  "version": 1,
  "tool": "dindlint",
  "findings": [
    {"rule":"missing-privileged","path":"a/compose.yaml","fingerprint":"x","count":1,"message":"service \`docker\` runs a Docker daemon and is not privileged"},
    {"rule":"unpinned-dind","path":"a/compose.yaml","fingerprint":"x","count":1,"message":"service \`docker\` runs docker:dind, a tag that moves across major releases"},
    {"rule":"missing-privileged","path":"compose.yaml","fingerprint":"x","count":1,"message":"service \`docker\` runs a Docker daemon and is not privileged"}
  ]
}
`);
  expect(baselineText([])).toBe('{\n  "version": 1,\n  "tool": "dindlint",\n  "findings": []\n}\n');
  expect(readBaseline(baselineText([]))).toEqual([]);
});

test.each([
  ['', 'is no JSON, so it is no baseline'],
  ['<<<<<<< HEAD', 'is no JSON, so it is no baseline'],
  ['[]', 'is no baseline of dindlint'],
  ['null', 'is no baseline of dindlint'],
  ['{"version": 1, "findings": []}', 'is no baseline of dindlint'],
  ['{"version": 1, "tool": {"name": "dindlint"}, "findings": []}', 'is no baseline of dindlint'],
  ['{"version": 1, "tool": "dindlint", "findings": {}}', 'is no baseline of dindlint'],
  ['{"version": 2, "tool": "dindlint", "findings": []}', 'is of another version of dindlint'],
  ['{"version": 1, "tool": "dindlint", "findings": [{"rule": "a", "path": "b", "fingerprint": "c"}, {"rule": "a"}]}', 'is damaged: entry 2 of its findings is none'],
  ['{"version": 1, "tool": "dindlint", "findings": [{"rule": "a", "path": "b", "fingerprint": "c", "count": 0}]}', 'is damaged: entry 1 of its findings is none'],
])('%j %s', (text, clause) => expect(readBaseline(text)).toBe(clause));

test('whatever is known comes back from the file as it was', () => {
  const known = fc.record({ rule: fc.string(), path: fc.string(), fingerprint: fc.string(), count: fc.integer({ min: 1 }), message: fc.string({ unit: 'binary' }) });
  fc.assert(
    fc.property(fc.uniqueArray(known, { selector: ({ path, rule, fingerprint }) => JSON.stringify([path, rule, fingerprint]), maxLength: 8 }), (entries) => {
      const read = readBaseline(baselineText(entries));
      expect(typeof read === 'string' ? read : new Set(read)).toEqual(new Set(entries));
      expect(baselineText(read as readonly Known[])).toBe(baselineText([...entries].reverse()));
    }),
    { numRuns: 200 },
  );
});
