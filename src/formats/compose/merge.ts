import type { Entry, Tree, TreeMap } from './tree.ts';
import { mapping, named } from './tree.ts';
import { openBy } from '../../value/value.ts';

/**
 * One compose file laid over another, as `docker compose -f A -f B` does: maps merge, lists are joined, texts and
 * commands are replaced; `!reset` takes away, `!override` replaces. `path` is where in the file the two stand.
 */
export function merged(base: Tree, over: Tree, path: readonly string[] = []): Tree {
  if (over.tag === '!override') return over;
  if (over.kind === 'null') return base.kind === 'text' ? over : base;
  if (base.kind === 'null') return over;
  const [low, high] = alike(base, over, path);
  if (replaced(path)) return high;
  if (low.kind === 'map' && high.kind === 'map') return mapsMerged(low, high, path);
  if (low.kind === 'list' && high.kind === 'list') return { ...low, items: [...low.items, ...high.items], ...(low.open ?? high.open ? { open: low.open ?? high.open } : {}) };
  return high;
}

function mapsMerged(base: TreeMap, over: TreeMap, path: readonly string[]): TreeMap {
  const entries = new Map<string, Entry>(base.entries);
  for (const [name, { key, value }] of over.entries) {
    const before = entries.get(name);
    if (value.tag === '!reset') entries.delete(name);
    else if (before === undefined) entries.set(name, { key, value });
    // The key of the first file stays: that is where the service is introduced.
    else entries.set(name, { key: before.key, value: merged(before.value, value, [...path, name]) });
  }
  const open = base.open ?? over.open;
  return { ...base, entries, ...openBy(open) };
}

/** Short forms in their long form, where one file uses the one and the other file the other. */
function alike(base: Tree, over: Tree, path: readonly string[]): readonly [Tree, Tree] {
  const key = keyOf(path);
  const both = (change: (tree: Tree) => Tree | undefined): readonly [Tree, Tree] => [change(base) ?? base, change(over) ?? over];
  if (key === 'environment' || key === 'labels' || key === 'build.args' || key === 'sysctls' || key === 'annotations') return both((tree) => mapping(tree));
  if (key === 'depends_on' || key === 'networks') return both(named);
  if (key === 'build') return both((tree) => (tree.kind === 'text' ? { kind: 'map', at: tree.slice.span(), entries: new Map([['context', { key: tree.slice.span(), value: tree }]]) } : tree));
  if (key === 'env_file' || key === 'tmpfs' || key === 'dns' || key === 'extends') return both((tree) => (tree.kind === 'list' || key === 'extends' ? tree : { kind: 'list', at: tree.kind === 'text' ? tree.slice.span() : tree.at, items: [tree] }));
  return [base, over];
}

const replaced = (path: readonly string[]): boolean => ['command', 'entrypoint', 'healthcheck.test', 'extends'].includes(keyOf(path));

/** The path inside a service: `build.args`; empty elsewhere. */
const keyOf = (path: readonly string[]): string => (path[0] === 'services' ? path.slice(2).join('.') : '');
