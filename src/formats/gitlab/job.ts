import type { Context } from '../format.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import { defaultKeys, globalKeys, jobKeys, rootKeys } from './keywords.ts';
import { type Tree, type TreeMap, itemsOf, placed, setting, textsAt, wordOf } from './tree.ts';
import { type Variables, variablesAt } from './variables.ts';

/** A job with what it takes from `default:` and from the keys at the top of the file. */
export interface Job {
  readonly name: string;
  readonly key: Span;
  /** Empty where it is not known. */
  readonly stage: string;
  /** What stands under a key for this job; undefined where nothing is written. */
  get(key: string): Tree | undefined;
  /** Set where this key is not written, and may be out of view. */
  unseen(key: string): Origin | undefined;
  /** The variables of the file that it takes, and its own. */
  readonly outer: Variables;
  readonly own: Variables;
}

/** The stages in order, with the two that are always there. */
export function stagesOf(root: TreeMap, context: Context): readonly string[] {
  const given = setting(root, 'stages') ?? setting(root, 'types');
  const names = given === undefined ? ['build', 'test', 'deploy'] : textsAt(given, context).items.flatMap((text) => wordOf(text) ?? []);
  return [...new Set(['.pre', ...names, '.post'])];
}

/** The jobs of the pipeline in order, without hidden ones; `hidden` gives those instead, of a file that only others use. */
export function jobsOf(root: TreeMap, hidden: boolean, context: Context): readonly Job[] {
  const jobs: Job[] = [];
  const outer = variablesAt(setting(root, 'variables'));
  for (const [name, { key, value }] of root.entries) {
    if (rootKeys.has(name) || name.startsWith('.') !== hidden) continue;
    if (value.kind !== 'map') {
      if (value.kind !== 'fog' && value.kind !== 'null' && !hidden) context.report({ at: key, message: `job \`${name}\` is no map` });
      continue;
    }
    // A map of something else, kept for its anchors, is no job.
    if (hidden ? ['script', 'image', 'services', 'before_script'].every((one) => setting(value, one) === undefined) : ![...value.entries.keys()].some((one) => jobKeys.has(one))) continue;
    jobs.push(jobOf(name, key, value, root, outer));
  }
  return jobs;
}

function jobOf(name: string, key: Span, job: TreeMap, root: TreeMap, outer: Variables): Job {
  const inherit = setting(job, 'inherit');
  const defaults = setting(root, 'default');
  const takes = inherited(setting(inherit, 'default'));
  const get = (wanted: string): Tree | undefined => {
    const own = setting(job, wanted);
    if (own !== undefined || !defaultKeys.has(wanted) || !takes(wanted)) return own;
    return setting(defaults, wanted) ?? (globalKeys.has(wanted) ? setting(root, wanted) : undefined);
  };
  const takesVariable = inherited(setting(inherit, 'variables'));
  const open = outer.open ?? root.open;
  const stage = setting(job, 'stage') ?? setting(job, 'type');
  const own = variablesAt(setting(job, 'variables'));
  const all = takesVariable(undefined) && !('items' in (setting(inherit, 'variables') ?? {}));
  return {
    name,
    key,
    stage: stage === undefined ? (job.open === undefined ? 'test' : '') : (wordOf(stage) ?? ''),
    get,
    unseen(wanted) {
      if (get(wanted) !== undefined) return undefined;
      const outside = defaultKeys.has(wanted) && takes(wanted) ? ((defaults?.kind === 'map' ? defaults.open : defaults === undefined ? undefined : written(placed(defaults))) ?? root.open) : undefined;
      return job.open ?? outside;
    },
    outer: { items: all ? outer.items : outer.items.filter(([variable]) => takesVariable(variable)), ...openBy(takesVariable(undefined) ? open : undefined) },
    own: { ...own, ...openBy(own.open ?? job.open) },
  };
}

/** What `inherit` lets through: true and nothing written all, false nothing, a list the names in it. */
function inherited(tree: Tree | undefined): (name: string | undefined) => boolean {
  const word = wordOf(tree);
  if (word === 'false') return () => false;
  if (tree?.kind !== 'list') return () => true;
  const names = new Set(itemsOf(tree).map(wordOf));
  return (name) => name === undefined || names.has(name);
}
