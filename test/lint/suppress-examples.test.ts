import { describe, expect, test } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { openProject } from '../../src/project/project.ts';
import type { Report } from '../../src/reports/report.ts';
import { marked } from '../../src/rule/example.ts';
import { memoryWorkspace } from '../../src/sources/workspace.ts';
import { rules } from '../every-rule.ts';

type Files = Readonly<Record<string, string>>;

/** Every example with a finding, in a file whose syntax has comments. */
const samples = rules
  .filter(({ id }) => id !== 'unused-suppression')
  .flatMap(({ id, examples }) => examples.flatMap((example) => {
    const { files, marks } = marked(example.files);
    const [mark] = marks;
    return mark === undefined || /\.json$/.test(mark.path) || /^\s*\{/.test(files[mark.path] ?? '') ? [] : [{ id, title: `${id}: ${example.title}`, files, mark, assume: example.assume ?? {} }];
  }));

const linted = (files: Files, assume: (typeof samples)[number]['assume']): Report => lint(openProject(memoryWorkspace(files), assume), rules, { rules: new Map(), ignore: [], minCertainty: 'possible' });
/** Without their places, which a new line moves. */
const told = ({ findings }: Report, but: string): readonly string[] => findings.filter(({ rule }) => rule.id !== but).map(({ rule, severity, certainty, message, at }) => `${severity} ${certainty} ${rule.id} ${at.source.path} ${message}`);
const own = ({ findings }: Report, id: string, path: string): number => findings.filter(({ rule, at }) => rule.id === id && at.source.path === path).length;
const hash = (path: string): string => (/\.groovy$|jenkinsfile/i.test(path) ? '//' : '#');

test('there are examples of every kind', () => {
  for (const kind of [/\.ya?ml$/, /Dockerfile/, /\.toml$/]) expect(samples.filter(({ mark }) => kind.test(mark.path)).length).toBeGreaterThan(2);
});

describe('a comment for the whole file silences its rule there, and nothing else', () => {
  test.each(samples.map((sample) => [sample.title, sample] as const))('%s', (_, { id, files, mark: { path }, assume }) => {
    const ended = (files[path] ?? '').replace(/\n*$/, '\n');
    // A comment may itself say something to a rule that looks at lines, so it is compared with one that is not ours.
    const plain = linted({ ...files, [path]: `${ended}${hash(path)} why\n` }, assume);
    const silent = linted({ ...files, [path]: `${ended}${hash(path)} dindlint-ignore-file ${id}: why\n` }, assume);
    expect(own(plain, id, path)).toBeGreaterThan(0);
    expect(own(silent, id, path)).toBe(0);
    expect(told(silent, id)).toEqual(told(plain, id));
    expect(silent.suppressed.map(({ rule, by }) => `${rule.id} ${by.reason}`)).toContain(`${id} why`);
  });
});

describe('a comment on the line above silences its rule on the line', () => {
  const above = (files: Files, { path, start }: { readonly path: string; readonly start: number }, comment: string): Files => {
    const text = files[path] ?? '';
    const line = text.lastIndexOf('\n', start - 1) + 1;
    const indent = /^[ \t]*/.exec(text.slice(line))?.[0] ?? '';
    return { ...files, [path]: `${text.slice(0, line)}${indent}${comment}\n${text.slice(line)}` };
  };
  // Between the lines of one shell command there is no room for a comment.
  const able = samples.filter(({ id, files, mark, assume }) => own(linted(above(files, mark, `${hash(mark.path)} why`), assume), id, mark.path) > 0);

  test('nearly every example can be written so', () => expect(able.length / samples.length).toBeGreaterThan(0.9));

  test.each(able.map((sample) => [sample.title, sample] as const))('%s', (_, { id, files, mark, assume }) => {
    const plain = linted(above(files, mark, `${hash(mark.path)} why`), assume);
    const silent = linted(above(files, mark, `${hash(mark.path)} dindlint-ignore ${id}: why`), assume);
    expect(silent.suppressed.map(({ rule }) => rule.id)).toContain(id);
    expect(told(silent, id)).toEqual(told(plain, id));
  });
});
