import type { Context, Format, Part } from '../format.ts';
import type { Machine } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import { openBy, written } from '../../value/value.ts';
import { type GitlabDocument, parsed, recognised } from './document.ts';
import { extended } from './extends.ts';
import { type Loaded, loaded, opened } from './include.ts';
import { type Job, jobsOf, stagesOf } from './job.ts';
import { ordered } from './order.ts';
import { homeOf, roleOf } from './role.ts';
import { runnersOf } from './runner.ts';
import { reader } from './script.ts';
import { type Budget, type Entry, type Tree, type TreeMap, itemsOf, setting, wordOf } from './tree.ts';
import { ruledVariables } from './variables.ts';
import { type Made, workloadOf } from './workload.ts';
import { worldsOf } from './worlds.ts';

export type { GitlabDocument } from './document.ts';

/** GitLab pipelines, with what they include from the repository. Source: https://docs.gitlab.com/ci/yaml/ */
export const gitlab: Format<GitlabDocument> = {
  id: 'gitlab-ci',
  title: 'GitLab pipeline',
  recognises: recognised,
  parse: parsed,
  lower,
};

/** How many entries are copied while a pipeline is put together, and how many jobs of one are looked at, a hundred variables counting as one. */
const mostCopied = 300_000;
const mostJobs = 1_000;
const mostProblems = 50;

function* lower(document: GitlabDocument, whole: Context): Iterable<Part> {
  let told = 0;
  const context: Context = { ...whole, report: (problem) => void (told++ < mostProblems && whole.report(problem)) };
  const { path } = context.source;
  if (document.templated || document.root === undefined) return;
  const role = roleOf(path, document, gitlab, context);
  if (role === 'part of another') return;
  const start: Span = { source: context.source, start: 0, end: 0 };
  const fragment = role === 'fragment' ? written(start) : undefined;
  const home: ReturnType<typeof homeOf> = role === 'pipeline of its folder' ? homeOf(path) : {};
  const machines = new Set<Machine>();
  const runners = runnersOf(context, start, home.home !== undefined);
  const read = reader(context);
  const load = (conditions: boolean): Loaded & { readonly parents: ReadonlySet<string | undefined> } => {
    let said = false;
    const budget: Budget = { left: mostCopied, report: (problem) => void (said || ((said = true), context.report(problem))) };
    const files = loaded(path, document, { context: conditions ? context : { ...context, report: () => undefined }, gitlab, budget, conditions, ...home });
    const root = extended(fragment === undefined ? files.root : opened(files.root, fragment), context, budget);
    return { ...files, root, parents: new Set([...files.root.entries.values()].flatMap(({ value }) => itemsOf(setting(value, 'extends')).map(wordOf))) };
  };
  const all = load(true);
  const ways = all.conditional ? [{ ...all, way: 'with all includes' }, { ...load(false), way: 'without conditional includes' }] : [{ ...all, way: undefined }];
  for (const { root, parents, way } of ways) {
    const workflow = ruledVariables(setting(setting(root, 'workflow'), 'rules'));
    const made: Made[] = [];
    let weight = 0;
    for (const job of judged(root, fragment === undefined ? undefined : parents, context)) {
      if (weight >= mostJobs) {
        context.report({ at: job.key, message: 'this pipeline has more jobs, services and variables than are read; those from here on are left out' });
        break;
      }
      for (const world of worldsOf(job, { path, workflow, runners, context, way }, weight < mostJobs / 2)) {
        const one = workloadOf(world, read, context);
        // What most jobs have of variables and services weighs little.
        weight += 1 + world.levels.reduce((sum, { items }) => sum + items.length, 0) / 100 + Math.max(0, one.workload.containers.items.length - 5) / 2;
        made.push(one);
      }
    }
    ordered(made, stagesOf(root, context), root.open);
    for (const { workload } of made) {
      if (workload.on.kind === 'machine') machines.add(workload.on);
      yield workload;
    }
  }
  // A runner's own file brings the machine that it runs on.
  const brought = new Set(context.known.flatMap((part) => (part.kind === 'runner-settings' ? [part.on] : [])));
  for (const machine of machines) if (!brought.has(machine)) yield machine;
}

/**
 * The jobs that run commands; of a file that only others use also the hidden ones that none of it extends, or, where there
 * are none at all, what any job would have of it.
 */
function judged(root: TreeMap, parents: ReadonlySet<string | undefined> | undefined, context: Context): readonly Job[] {
  const visible = jobsOf(root, false, context).filter((job) => job.get('trigger') === undefined && (job.get('script') !== undefined || job.get('run') !== undefined || job.unseen('script') !== undefined));
  if (parents === undefined) return visible;
  const all = [...visible, ...jobsOf(root, true, context).filter(({ name }) => !parents.has(name))];
  const services = root.entries.get('services') ?? child(setting(root, 'default'), 'services');
  if (all.length > 0 || services === undefined) return all;
  const { key, value } = services;
  return jobsOf({ ...root, entries: new Map([...root.entries, ['default job', { key, value: { kind: 'map', at: key, entries: new Map([['services', { key, value }]]), ...openBy(root.open) } }]]) }, false, context);
}

const child = (tree: Tree | undefined, key: string): Entry | undefined => (tree?.kind === 'map' ? tree.entries.get(key) : undefined);
