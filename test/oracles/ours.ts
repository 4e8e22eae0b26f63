import type { Setting } from '../../src/docker/assumptions.ts';
import type { Context, Format } from '../../src/formats/format.ts';
import { extended } from '../../src/formats/gitlab/extends.ts';
import { type GitlabDocument, gitlab } from '../../src/formats/gitlab/index.ts';
import { loaded } from '../../src/formats/gitlab/include.ts';
import { type Job, jobsOf, stagesOf } from '../../src/formats/gitlab/job.ts';
import { defaultKeys, jobKeys } from '../../src/formats/gitlab/keywords.ts';
import { type Budget, type Tree, setting, valueOf } from '../../src/formats/gitlab/tree.ts';
import type { Variable } from '../../src/formats/gitlab/variables.ts';
import { Slice, type Source, type Span } from '../../src/text/slice.ts';
import { type Value, unknown, written } from '../../src/value/value.ts';
import { plain } from '../formats/lowered.ts';
import { type Pipeline, longForm } from './pipeline.ts';

/** What we make of a repository's `.gitlab-ci.yml`. */
export interface Reading {
  /** With the includes under conditions, and without them where there are any. */
  readonly ways: readonly Pipeline[];
  readonly problems: readonly string[];
}

/** Puts the pipeline together as lowering does, up to where its jobs become containers. */
export function resolved(files: Readonly<Record<string, string>>): Reading {
  const problems: string[] = [];
  const context = contextOf(files, (message) => void (problems.includes(message) || problems.push(message)));
  const document = context.find(context.source.path, gitlab);
  if (document === undefined) throw new Error('no pipeline');
  const all = way(document, context, true);
  return { ways: all.conditional ? [all.pipeline, way(document, context, false).pipeline] : [all.pipeline], problems };
}

function way(document: GitlabDocument, context: Context, conditions: boolean): { readonly pipeline: Pipeline; readonly conditional: boolean } {
  const budget: Budget = { left: 100_000, report: (problem) => context.report(problem) };
  const { root: files, conditional } = loaded(context.source.path, document, { context, gitlab, budget, conditions });
  const root = extended(files, context, budget);
  const jobs = Object.fromEntries(jobsOf(root, false, context).map((job) => [job.name, longForm(dataOf(job))]));
  return { pipeline: { stages: stagesOf(root, context), jobs }, conditional };
}

function dataOf(job: Job): Readonly<Record<string, unknown>> {
  const keys = [...new Set([...jobKeys, ...defaultKeys])].filter((key) => !['variables', 'stage'].includes(key));
  const variables = [...job.outer.items, ...job.own.items].map(([name, variable]) => [name, textOf(variable)]);
  return { ...Object.fromEntries(keys.map((key) => [key, data(job.get(key))])), stage: job.stage, variables: Object.fromEntries(variables) };
}

/** A variable's text before others are put in: as the other program does, `$` is doubled where it is to stay. */
function textOf({ value, raw }: Variable): string {
  const text = String(plain('slice' in value ? valueOf(value) : value));
  return raw ? text.replaceAll('$', '$$$$') : text;
}

function data(tree: Tree | undefined): unknown {
  if (tree === undefined || tree.kind === 'null') return undefined;
  if (tree.kind === 'text') return plain(valueOf(tree));
  if (tree.kind === 'fog') return '?';
  if (tree.kind === 'list') return tree.items.map(data);
  return Object.fromEntries([...tree.entries.keys()].map((key) => [key, data(setting(tree, key))]));
}

function contextOf(files: Readonly<Record<string, string>>, report: (message: string) => void): Context {
  const sources = new Map(Object.entries(files).map(([path, text]): [string, Source] => [path, { path, text }]));
  const source = sources.get('.gitlab-ci.yml');
  if (source === undefined) throw new Error('no .gitlab-ci.yml');
  return {
    source,
    find<Document>(path: string, format: Format<Document>): Document | undefined {
      const found = sources.get(path);
      return found && format.parse(Slice.of(found)).document;
    },
    builder: undefined,
    read: (path) => sources.get(path),
    beside: () => [],
    paths: [...sources.keys()].sort(),
    setting: <T extends Setting>(_: string, at: Span): Value<T> => unknown('setting', written(at)),
    known: [],
    report: ({ message }) => report(message),
  };
}
