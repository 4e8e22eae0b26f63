import type { Context } from '../format.ts';
import { type YamlMap, readYaml } from '../../syntax/yaml/index.ts';
import { Slice } from '../../text/slice.ts';
import { type Origin, sole, written } from '../../value/value.ts';
import { type Field, at, isWritten, itemsOf, nameOf, placeOf, rootField } from './field.ts';
import { kustomizations } from './kustomize.ts';
import { merged } from './merge.ts';
import { joined } from '../../text/paths.ts';

/** What an overlay of Kustomize lays over an object. */
interface Patch {
  readonly kind: string;
  readonly name: string;
  /** The object that is merged; undefined for operations that are not followed. */
  readonly object: YamlMap | undefined;
  readonly at: Origin;
}

/** The ways in which overlays of the repository change an object. */
const mostReadings = 6;

/**
 * The object as it is written, and as each overlay of the repository changes it. Where an overlay does more than lay an
 * object over it, anything may be changed: then the whole is open.
 */
export function readingsOf(object: Field, context: Context): readonly Field[] {
  const [kind, name] = [nameOf(at(object, 'kind')), nameOf(at(object, 'metadata', 'name'))];
  const { node } = object;
  if (kind?.kind !== 'known' || name?.kind !== 'known' || node?.kind !== 'map') return [object];
  const patches = patchesOf(context).filter((patch) => patch.kind === kind.value && patch.name === name.value && patch.object !== node);
  const made = patches.map((patch): Field => {
    const over = patch.object === undefined ? undefined : merged(node, patch.object);
    return over?.kind === 'map' ? { ...object, node: over } : { ...object, open: patch.at };
  });
  return [object, ...made.slice(0, mostReadings)];
}

const known = new WeakMap<object, readonly Patch[]>();

/** Every patch that a kustomization of the repository names or holds. */
function patchesOf(context: Context): readonly Patch[] {
  const before = known.get(context.known);
  if (before !== undefined) return before;
  const patches = [...kustomizations(context)].flatMap(([folder, roots]) => inKustomization(folder, roots, context));
  known.set(context.known, patches);
  return patches;
}

function inKustomization(folder: string, roots: readonly Field[], context: Context): readonly Patch[] {
  const named = new Set<string>();
  // A file that is named again for the same object says nothing new.
  const once = (file: string, target: Target, item: Field): readonly Patch[] => {
    const key = [file, ...target].join('\0');
    if (named.has(key)) return [];
    named.add(key);
    return fromFile(joined(folder, file), target, item, context);
  };
  return roots.flatMap((root) => {
    const own = itemsOf(at(root, 'patches')).items.flatMap((item): readonly Patch[] => {
      const target = [sole(nameOf(at(item, 'target', 'kind')) ?? nothing(item)), sole(nameOf(at(item, 'target', 'name')) ?? nothing(item))] as const;
      const file = nameOf(at(item, 'path'));
      const inline = at(item, 'patch');
      if (file?.kind === 'known') return once(file.value, target, item);
      return inline.node?.kind === 'scalar' ? fromSlice(inline.node.slice, target, item) : [];
    });
    const merges = itemsOf(at(root, 'patchesStrategicMerge')).items.flatMap((item): readonly Patch[] => {
      if (item.node?.kind !== 'scalar') return [];
      return item.node.text.includes('\n') ? fromSlice(item.node.slice, [undefined, undefined], item) : once(item.node.text, [undefined, undefined], item);
    });
    return [...own, ...merges];
  });
}

const nothing = ({ key }: Field): NonNullable<ReturnType<typeof nameOf>> => ({ kind: 'unknown', why: 'unreadable', origin: written(key) });

type Target = readonly [kind: string | undefined, name: string | undefined];

function fromFile(path: string, target: Target, item: Field, context: Context): readonly Patch[] {
  const source = context.read(path);
  return source === undefined ? [] : fromSlice(Slice.of(source), target, item);
}

function fromSlice(slice: Slice, [kind, name]: Target, item: Field): readonly Patch[] {
  return readYaml(slice).documents.flatMap(({ root }): readonly Patch[] => {
    if (root.kind !== 'map') return kind === undefined || name === undefined ? [] : [{ kind, name, object: undefined, at: written(placeOf(item)) }];
    const field = rootField(root, new Map());
    const [ownKind, ownName] = [kind ?? sole(nameOf(at(field, 'kind')) ?? nothing(field)), name ?? sole(nameOf(at(field, 'metadata', 'name')) ?? nothing(field))];
    return ownKind === undefined || ownName === undefined || !isWritten(field) ? [] : [{ kind: ownKind, name: ownName, object: root, at: written(placeOf(item)) }];
  });
}
