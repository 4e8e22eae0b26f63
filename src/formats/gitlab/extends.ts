import type { Context } from '../format.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import { rootKeys } from './keywords.ts';
import { type Budget, type Text, type Tree, type TreeMap, fog, itemsOf, merged, placed, setting, textsAt, withEntry, wordOf } from './tree.ts';

/** How many jobs may extend one another in a row. Source: https://docs.gitlab.com/ci/yaml/yaml_optimization/#use-extends-to-reuse-configuration-sections */
const deepest = 11;

/** The pipeline with every `extends` followed, and then every `!reference`. */
export function extended(root: TreeMap, context: Context, budget: Budget): TreeMap {
  const done = new Map<string, { readonly tree: Tree; readonly depth: number }>();
  const growing = new Set<string>();
  let told = false;

  const jobNamed = (name: string): { readonly tree: Tree; readonly depth: number } | undefined => {
    const before = done.get(name);
    const job = root.entries.get(name)?.value;
    if (before !== undefined || job === undefined) return before;
    growing.add(name);
    const made = job.kind === 'map' && !rootKeys.has(name) ? followed(job) : { tree: job, depth: 0 };
    growing.delete(name);
    done.set(name, made);
    return made;
  };

  const followed = (job: TreeMap): { readonly tree: TreeMap; readonly depth: number } => {
    const extending = setting(job, 'extends');
    if (extending === undefined) return { tree: job, depth: 0 };
    const parents = textsAt(extending, context);
    let open = parents.open;
    let base: Tree | undefined;
    let depth = 0;
    const lost = (parent: Text, message?: string): void => {
      if (message !== undefined) context.report({ at: placed(parent), message });
      open ??= root.open ?? written(placed(parent));
    };
    for (const parent of parents.items) {
      const name = wordOf(parent);
      if (name === undefined) lost(parent);
      else if (growing.has(name)) lost(parent, `job \`${name}\` extends itself`);
      else {
        const found = growing.size > 4 * deepest ? undefined : jobNamed(name);
        depth = Math.max(depth, (found?.depth ?? 0) + 1);
        if (found === undefined && growing.size > 4 * deepest) depth = deepest + 1;
        else if (found === undefined) lost(parent, root.open === undefined ? `there is no job \`${name}\` to extend` : undefined);
        else base = base === undefined ? found.tree : merged(base, found.tree, budget);
        if (depth > deepest) lost(parent, told ? undefined : `more than ${deepest} jobs extend one another`);
        told ||= depth > deepest;
      }
    }
    const own = withEntry(job, 'extends', undefined);
    const whole = base === undefined ? own : merged(base, own, budget);
    const result = whole.kind === 'map' ? whole : { ...own, ...openBy(whole.kind === 'fog' ? whole.origin : undefined) };
    return { tree: open === undefined ? result : openVariables({ ...result, open: result.open ?? open }, open), depth };
  };

  const entries = new Map([...root.entries].map(([name, { key }]) => [name, { key, value: jobNamed(name)?.tree ?? fog(key) }]));
  return referenced({ ...root, entries }, context, budget);
}

/** A parent out of view may set variables too. */
function openVariables(job: TreeMap, open: Origin): TreeMap {
  const variables = setting(job, 'variables');
  return variables?.kind === 'map' ? withEntry(job, 'variables', { ...variables, open: variables.open ?? open }) : job;
}

/** How many references may lead to one another. Source: https://docs.gitlab.com/ci/yaml/yaml_optimization/#nest-reference-tags-in-script-before_script-and-after_script */
const mostReferences = 10;

/** The pipeline with what `!reference` names in its place. */
function referenced(root: TreeMap, context: Context, budget: Budget): TreeMap {
  const done = new Map<Tree, Tree>();

  const resolve = (tree: Tree, through: readonly Tree[]): Tree => {
    if (tree.kind !== 'map' && tree.kind !== 'list') return tree;
    const before = done.get(tree);
    if (before !== undefined) return before;
    const made = tree.kind === 'map' ? mapOf(tree, through) : tree.reference === true ? named(tree, through) : listOf(tree, through);
    done.set(tree, made);
    return made;
  };

  const listOf = (list: Tree & { readonly kind: 'list' }, through: readonly Tree[]): Tree => {
    const items = list.items.map((item) => resolve(item, through));
    return items.every((item, index) => item === list.items[index]) ? list : { ...list, items };
  };

  const mapOf = (map: TreeMap, through: readonly Tree[]): Tree => {
    let changed = false;
    const entries = new Map(
      [...map.entries].map(([name, { key, value }]) => {
        const now = resolve(value, through);
        changed ||= now !== value;
        return [name, { key, value: now }];
      }),
    );
    budget.left -= changed ? map.entries.size : 0;
    return changed ? { ...map, entries } : map;
  };

  const named = (reference: Tree & { readonly kind: 'list' }, through: readonly Tree[]): Tree => {
    const path = reference.items.map(wordOf);
    const unknown = (message: string, open?: Origin): Tree => {
      if (open === undefined) context.report({ at: reference.at, message });
      return fog(reference.at, open ?? written(reference.at));
    };
    if (path.length === 0 || path.includes(undefined)) return unknown('`!reference` names a key, and a key of that');
    if (through.includes(reference)) return unknown('this `!reference` leads to itself');
    if (through.length >= mostReferences) return unknown(`more than ${mostReferences} \`!reference\`s lead to one another`);
    let here: Tree = root;
    const inside = [...through, reference];
    for (const step of path) {
      if (here.kind === 'list' && here.reference === true) here = resolve(here, inside);
      const next: Tree | undefined = here.kind === 'map' ? here.entries.get(step ?? '')?.value : undefined;
      if (next === undefined) return unknown(`there is no \`${path.join(', ')}\` to refer to`, here.kind === 'map' ? (here.open ?? root.open) : here.kind === 'fog' ? here.origin : root.open);
      here = next;
    }
    return resolve(here, inside);
  };

  // A map resolves to a map.
  return mapOf(root, []) as TreeMap;
}

/** The items of a script: texts and lists of texts, however deep; open where something else stands among them. */
export function flattened(tree: Tree | undefined, context: Context): { readonly items: readonly Text[]; readonly open?: Origin } {
  const items: Text[] = [];
  let open: Origin | undefined;
  let left = mostItems;
  const walk = (node: Tree): void => {
    if (left-- <= 0) return;
    if (node.kind === 'text') items.push(node);
    else if (node.kind === 'list') {
      open ??= node.open;
      for (const item of itemsOf(node)) if (left > 0) walk(item);
    } else if (node.kind === 'fog') open ??= node.origin;
    else if (node.kind === 'map') {
      context.report({ at: node.at, message: 'a command is expected here; one with `: ` in it needs quotes' });
      open ??= written(node.at);
    }
  };
  if (tree !== undefined) walk(tree);
  if (left <= 0 && tree !== undefined) open ??= written(placed(tree));
  return { items, ...openBy(open) };
}

const mostItems = 5_000;
