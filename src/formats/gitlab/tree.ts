import type { Context, Problem } from '../format.ts';
import type { Slice, Span } from '../../text/slice.ts';
import { filled } from '../../syntax/hole.ts';
import { type Listing, type Origin, type Value, openBy, written } from '../../value/value.ts';

/** A pipeline's YAML with its inputs put in, so that files and jobs can be merged. The same tree may hang in several places. */
export type Tree = TreeMap | TreeList | Text | Null | Fog;

export interface TreeMap {
  readonly kind: 'map';
  readonly at: Span;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Set where there may be more keys than these. */
  readonly open?: Origin;
}

export interface Entry {
  /** Where the key stands. */
  readonly key: Span;
  readonly value: Tree;
}

export interface TreeList {
  readonly kind: 'list';
  readonly at: Span;
  readonly items: readonly Tree[];
  readonly open?: Origin;
  /** Set for `!reference [job, key]`, which is no list of its own. */
  readonly reference?: true;
}

/** A text; private-use characters stand for the inputs that are not known. */
export interface Text {
  readonly kind: 'text';
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, Value<string>>;
  /** Written without quotes. */
  readonly plain: boolean;
}

export interface Null {
  readonly kind: 'null';
  readonly at: Span;
}

/** Something that is not in view: an alias to nowhere, a list given as an input. */
export interface Fog {
  readonly kind: 'fog';
  readonly at: Span;
  readonly origin: Origin;
}

/** How much may be copied while the files and jobs of one pipeline are put together; `report` tells of the end. */
export interface Budget {
  left: number;
  readonly report: (problem: Problem) => void;
}

export const fog = (at: Span, origin: Origin = written(at)): Fog => ({ kind: 'fog', at, origin });

/** Where a tree stands: a text without its quotes. */
export const placed = (tree: Tree): Span => (tree.kind === 'text' ? tree.slice.span() : tree.at);

/** What stands under a key of a map; undefined for anything else. */
export const child = (tree: Tree | undefined, key: string): Tree | undefined => (tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined);

/** The same, with null as nothing: how GitLab reads nearly every key. */
export function setting(tree: Tree | undefined, key: string): Tree | undefined {
  const value = child(tree, key);
  return value?.kind === 'null' ? undefined : value;
}

/** What the text comes to, its variables left as they are. */
export const valueOf = ({ slice, holes }: Text): Value<string> => filled(slice.text, holes, slice.span());

/** The plain words of a text that has nothing unknown in it; undefined for anything else. */
export function wordOf(tree: Tree | undefined): string | undefined {
  const value = tree?.kind === 'text' ? valueOf(tree) : undefined;
  return value?.kind === 'known' ? value.value : undefined;
}

/** A list's items, or the one thing that stands where a list may. */
export const itemsOf = (tree: Tree | undefined): readonly Tree[] => (tree === undefined || tree.kind === 'null' ? [] : tree.kind === 'list' && tree.reference === undefined ? tree.items : [tree]);

/** Says that something of another shape was expected here, and gives the origin of what stays unknown. */
export function misshapen(tree: Tree, expected: string, context: Context): Origin {
  if (tree.kind !== 'fog') context.report({ at: placed(tree), message: `${expected} is expected here` });
  return tree.kind === 'fog' ? tree.origin : written(placed(tree));
}

/** The texts of a list, or the one text that stands for a list of one; open where something else stands. */
export function textsAt(tree: Tree | undefined, context: Context): Listing<Text> {
  let open = tree?.kind === 'list' ? tree.open : undefined;
  const items: Text[] = [];
  for (const item of itemsOf(tree)) {
    if (item.kind === 'text') items.push(item);
    else if (item.kind !== 'null') open ??= misshapen(item, 'a text', context);
  }
  return { items, ...openBy(open) };
}

/** The map with one entry put there, or taken away. */
export function withEntry(map: TreeMap, name: string, value: Tree | undefined): TreeMap {
  const entries = new Map(map.entries);
  const key = entries.get(name)?.key;
  if (value === undefined) entries.delete(name);
  else entries.set(name, { key: key ?? placed(value), value });
  return { ...map, entries };
}

/** GitLab's deep merge: maps are merged, anything else is replaced by the later one. */
export function merged(base: Tree, over: Tree, budget: Budget): Tree {
  if (base.kind === 'fog' && over.kind === 'map') return { ...over, ...openBy(over.open ?? base.origin) };
  if (base.kind !== 'map' || over.kind !== 'map' || base === over) return over;
  if ((budget.left -= base.entries.size + over.entries.size) < 0) {
    budget.report({ at: over.at, message: 'this pipeline is too large to be put together' });
    return fog(over.at);
  }
  const entries = new Map(base.entries);
  for (const [name, { key, value }] of over.entries) {
    const before = entries.get(name);
    entries.set(name, { key, value: before === undefined ? value : merged(before.value, value, budget) });
  }
  return { kind: 'map', at: over.at, entries, ...openBy(over.open ?? base.open) };
}

