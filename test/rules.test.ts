import { describe, expect, test } from 'vitest';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import type { Reported } from '../src/reports/report.ts';
import type { Example, Rule } from '../src/rule/rule.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rulePaths, rules } from './every-rule.ts';
import { marked } from '../src/rule/example.ts';

function findings(example: Example, files: Readonly<Record<string, string>>): readonly Reported[] {
  const project = openProject(memoryWorkspace(files), example.assume ?? {});
  return lint(project, rules, { rules: new Map(), ignore: [], minCertainty: 'possible' }).findings;
}

const told = ({ rule, certainty, severity, at, message }: Reported): string => `${severity} ${certainty} ${rule.id} ${at.source.path}@${at.start}-${at.end} «${at.source.text.slice(at.start, at.end)}» ${message}`;

/** Errors of other rules that would be shown by default and that the example does not name. */
const strangers = (all: readonly Reported[], rule: Rule, example: Example): readonly string[] =>
  all.filter((one) => one.rule.id !== rule.id && one.severity === 'error' && one.certainty !== 'possible' && !(example.also ?? []).includes(one.rule.id)).map(told);

for (const [index, rule] of rules.entries()) {
  describe(rule.id, () => {
    test('stands in the file of its name', () => expect(rulePaths[index]?.replace(/^.*\/|\.ts$/g, '')).toBe(rule.id));
    test('has at least two bad examples and a good one', () => {
      const count = (verdict: Example['verdict']): number => rule.examples.filter((example) => example.verdict === verdict).length;
      expect(count('bad')).toBeGreaterThanOrEqual(2);
      expect(count('good')).toBeGreaterThanOrEqual(1);
    });
    test.each(rule.examples.map((example) => [`${example.verdict}: ${example.title}`, example] as const))('%s', (_, example) => {
      const { files, marks } = marked(example.files);
      const all = findings(example, files);
      const own = all.filter((one) => one.rule.id === rule.id);
      if (example.verdict === 'good') {
        expect(own.map(told)).toEqual([]);
        expect(strangers(all, rule, { ...example, also: example.also ?? [] })).toEqual([]);
        return;
      }
      expect(marks.length, 'an example that is not good marks the place of its finding').toBe(1);
      const [mark] = marks;
      const where = own.map(({ at }) => ({ path: at.source.path, start: at.start, end: at.end }));
      expect(where, own.map(told).join('\n') || all.map(told).join('\n')).toEqual([mark]);
      expect(own.map(({ certainty }) => certainty === 'possible')).toEqual([example.verdict === 'unsure']);
      for (const { message } of own) {
        expect(message.length, message).toBeLessThan(90);
        expect(message).not.toMatch(/should|\.$/);
      }
      if (example.verdict === 'bad') expect(strangers(all, rule, example)).toEqual([]);
    });
  });
}
