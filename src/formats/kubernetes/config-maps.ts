import type { Context } from '../format.ts';
import { readYaml } from '../../syntax/yaml/index.ts';
import { Slice, type Span } from '../../text/slice.ts';
import { type Origin, type Value, openBy } from '../../value/value.ts';
import { listed } from './document.ts';
import { type Field, at, entriesOf, placeOf, rootField, nameOf, textOf } from './field.ts';
import { unmasked } from './template.ts';
import { folderOf } from '../../text/paths.ts';

/** The entries of a ConfigMap of the repository. */
export interface ConfigMap {
  readonly values: ReadonlyMap<string, { readonly value: Value<string>; readonly slice?: Slice; readonly at: Span }>;
  readonly open?: Origin;
}

/** The ConfigMap of this name in the file, or in a file beside it; undefined where none is in view. */
export function configMap(name: Value<string> | undefined, context: Context): ConfigMap | undefined {
  if (name?.kind !== 'known') return undefined;
  const { path } = context.source;
  const beside = context.beside(folderOf(path)).filter((other) => other !== path && /\.ya?ml$/i.test(other));
  for (const file of [path, ...beside]) {
    const found = inFile(file, context).get(name.value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What was read of each file before: a folder's pods ask for the same ones. */
const read = new WeakMap<object, ReadonlyMap<string, ConfigMap>>();

function inFile(path: string, context: Context): ReadonlyMap<string, ConfigMap> {
  const source = context.read(path);
  if (source === undefined) return new Map();
  const before = read.get(source);
  if (before !== undefined) return before;
  if (!source.text.includes('ConfigMap')) {
    read.set(source, new Map());
    return new Map();
  }
  const [world] = unmasked(Slice.of(source));
  const found = new Map<string, ConfigMap>();
  for (const map of world === undefined ? [] : readYaml(world.slice).documents.flatMap(({ root }) => listed(root))) {
    const object = rootField(map, world?.holes ?? new Map());
    const [kind, name] = [textOf(at(object, 'kind')), nameOf(at(object, 'metadata', 'name'))];
    if (kind?.kind === 'known' && kind.value === 'ConfigMap' && name?.kind === 'known') found.set(name.value, dataOf(at(object, 'data')));
  }
  read.set(source, found);
  return found;
}

function dataOf(data: Field): ConfigMap {
  const { items, open } = entriesOf(data);
  const values = items.flatMap(([name, field]) => {
    const value = textOf(field);
    return value === undefined ? [] : [[name, { value, ...(field.node?.kind === 'scalar' ? { slice: field.node.slice } : {}), at: placeOf(field) }] as const];
  });
  return { values: new Map(values), ...openBy(open) };
}
