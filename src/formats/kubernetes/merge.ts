import type { YamlEntry, YamlList, YamlMap, YamlNode } from '../../syntax/yaml/index.ts';
import type { Field } from './field.ts';
import { openBy } from '../../value/value.ts';

/** The lists whose items are merged by a key of theirs; any other list is replaced. Source: https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/ */
const mergeKeys: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['env', 'name'],
  ['volumes', 'name'],
  ['volumeMounts', 'mountPath'],
  ['hostAliases', 'ip'],
  ['ports', 'containerPort'],
]);

/** How deep a patch may be nested to be merged. */
const deepest = 40;

/** An object with a patch laid over it, as Kubernetes merges: maps by key, lists of named things by name, null takes away. */
export function merged(base: YamlNode, patch: YamlNode, key = '', depth = deepest): YamlNode {
  if (depth === 0) return patch;
  if (base.kind === 'map' && patch.kind === 'map') return mapsMerged(base, patch, depth);
  const by = mergeKeys.get(key);
  if (base.kind === 'list' && patch.kind === 'list' && by !== undefined) return listsMerged(base, patch, by, depth);
  return patch;
}

/** A field with defaults beneath it. */
export function over(base: Field, field: Field): Field {
  const { node } = field;
  if (base.node === undefined || node === undefined) return { ...field, ...(field.open ?? base.open ? { open: (field.open ?? base.open) as NonNullable<Field['open']> } : {}) };
  const made = merged(base.node, node);
  // Of two nodes that are no null and not unknown neither becomes one.
  return made.kind === 'null' || made.kind === 'unknown' ? field : { ...field, node: made };
}

function mapsMerged(base: YamlMap, patch: YamlMap, depth: number): YamlMap {
  const entries = new Map<string, YamlEntry>(base.entries.map((entry) => [entry.key.text, entry]));
  const deleting = patch.get('$patch');
  if (deleting?.kind === 'scalar' && deleting.text === 'replace') return patch;
  for (const entry of patch.entries) {
    const before = entries.get(entry.key.text);
    if (entry.key.text.startsWith('$')) continue;
    entries.set(entry.key.text, before === undefined ? entry : { key: before.key, value: merged(before.value, entry.value, entry.key.text, depth - 1) });
  }
  const open = base.open ?? patch.open;
  const entry = (name: string): YamlEntry | undefined => entries.get(name);
  return { kind: 'map', span: base.span, entries: [...entries.values()], ...openBy(open), entry, get: (name) => entry(name)?.value };
}

function listsMerged(base: YamlList, patch: YamlList, by: string, depth: number): YamlList {
  const named = (node: YamlNode): string | undefined => {
    const name = node.kind === 'map' ? node.get(by) : undefined;
    return name?.kind === 'scalar' ? name.text : undefined;
  };
  const items = [...base.items];
  const places = new Map(items.map((item, index) => [named(item), index]));
  for (const item of patch.items) {
    const name = named(item);
    const index = name === undefined ? undefined : places.get(name);
    const existing = index === undefined ? undefined : items[index];
    if (index === undefined || existing === undefined) items.push(item);
    else items[index] = merged(existing, item, '', depth - 1);
  }
  const open = base.open ?? patch.open;
  return { kind: 'list', span: base.span, items, ...openBy(open) };
}
