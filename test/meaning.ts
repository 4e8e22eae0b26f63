import { describe, expect, test } from 'vitest';
import { lint } from '../src/lint/lint.ts';
import { openProject } from '../src/project/project.ts';
import { marked } from '../src/rule/example.ts';
import { memoryWorkspace } from '../src/sources/workspace.ts';
import { rules } from './every-rule.ts';

export type Files = Readonly<Record<string, string>>;

export interface Said {
  readonly rule: string;
  readonly severity: string;
  readonly certainty: string;
  readonly path: string;
  readonly message: string;
}

const said = (files: Files, assume: Readonly<Record<string, string | number | boolean>>): readonly Said[] =>
  lint(openProject(memoryWorkspace(files), assume), rules, { rules: new Map(), ignore: [], minCertainty: 'likely' }).findings.map(({ rule, severity, certainty, at, message }) => ({ rule: rule.id, severity, certainty, path: at.source.path, message }));

/** What is compared: every word of it; or, where names or places change, which rules speak how loudly. */
const words = (all: readonly Said[]): readonly string[] => all.map(({ rule, severity, certainty, path, message }) => `${severity} ${certainty} ${rule} ${path} ${message}`).sort();
export const gists = (all: readonly Said[]): readonly string[] => [...new Set(all.map(({ rule, severity, certainty }) => `${severity} ${certainty} ${rule}`))].sort();

export interface Way {
  readonly rewrite: (files: Files) => Files | undefined;
  readonly compares?: (all: readonly Said[]) => readonly string[];
}

/** Of every rule but the one about comments: a file that is written anew has none. */
export const examples = rules.filter(({ id }) => id !== 'unused-suppression').flatMap((rule) => rule.examples.map((example) => ({ ...example, title: `${rule.id}: ${example.title}`, plain: marked(example.files).files })));
export type Example = (typeof examples)[number];

/** Runs every way over the examples that it can rewrite, and demands that there are as many as were there when this was written, or more. */
export function same(some: readonly Example[], ways: Readonly<Record<string, Way & { readonly atLeast: number }>>): void {
  describe.each(Object.entries(ways))('%s', (_, { rewrite, compares = words, atLeast }) => {
    const able = some.flatMap((example) => {
      const again = rewrite(example.plain);
      return again === undefined ? [] : [[example.title, example, again] as const];
    });
    test('there are examples of it', () => expect(able.length).toBeGreaterThanOrEqual(atLeast));
    test.each(able)('%s', (_title, { plain, assume = {} }, again) => expect(compares(said(again, assume))).toEqual(compares(said(plain, assume))));
  });
}

/** Rewrites the files that these are; undefined where none is, or one cannot be. */
export const each = (is: (path: string, text: string) => boolean, rewrite: (text: string) => string | undefined) => (files: Files): Files | undefined => {
  const found = Object.entries(files).filter(([path, text]) => is(path, text));
  const again = found.map(([path, text]) => [path, rewrite(text)] as const);
  if (found.length === 0 || again.some(([, text]) => text === undefined)) return undefined;
  return { ...files, ...Object.fromEntries(again.flatMap(([path, text]) => (text === undefined ? [] : [[path, text]]))) };
};
