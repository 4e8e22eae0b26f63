import type { Problem } from '../format.ts';
import type { Span } from '../../text/slice.ts';
import { type Origin, openBy, written } from '../../value/value.ts';
import type { YamlNode } from '../../syntax/yaml/index.ts';
import { interpolated } from './interpolate.ts';
import { type Scope, type Text, cut, placeOf } from './text.ts';

/** A compose file's YAML with the variables put in, each leaf with the scope of its file, so that files can be merged. */
export type Tree = TreeMap | TreeList | Text | Null | Fog;

export interface TreeMap {
  readonly kind: 'map';
  readonly at: Span;
  readonly tag?: string;
  readonly entries: ReadonlyMap<string, Entry>;
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
  readonly tag?: string;
  readonly items: readonly Tree[];
  readonly open?: Origin;
}

export interface Null {
  readonly kind: 'null';
  readonly at: Span;
  readonly tag?: string;
  readonly scope: Scope;
}

export interface Fog {
  readonly kind: 'fog';
  readonly at: Span;
  readonly origin: Origin;
  readonly tag?: string;
}

/** The tree of a YAML node, read with this scope; shared nodes stay shared. */
export function treeOf(node: YamlNode, scope: Scope, report: (problem: Problem) => void): Tree {
  const made = new Map<YamlNode, Tree>();
  const grow = (here: YamlNode): Tree => {
    const before = made.get(here);
    if (before !== undefined) return before;
    const tree = planted(here);
    made.set(here, tree);
    return tree;
  };
  const planted = (here: YamlNode): Tree => {
    const tag = 'tag' in here && here.tag !== undefined ? { tag: here.tag } : {};
    switch (here.kind) {
      case 'map':
        return { kind: 'map', at: here.span, ...tag, entries: new Map(here.entries.map(({ key, value }) => [key.text, { key: key.slice.span(), value: grow(value) }])), ...openBy(here.open) };
      case 'list':
        return { kind: 'list', at: here.span, ...tag, items: here.items.map(grow), ...openBy(here.open) };
      case 'scalar':
        return { kind: 'text', ...interpolated(here.slice, scope, report), plain: here.plain, ...tag, scope };
      case 'null':
        return { kind: 'null', at: here.span, ...tag, scope };
      case 'unknown':
        return { kind: 'fog', at: here.span, origin: here.origin };
    }
  };
  return grow(node);
}

/** What stands under a key of a map; undefined for anything else. */
export const child = (tree: Tree | undefined, key: string): Tree | undefined => (tree?.kind === 'map' ? tree.entries.get(key)?.value : undefined);

/** The same, with null as nothing: how compose reads most keys. */
export function setting(tree: Tree | undefined, key: string): Tree | undefined {
  const value = child(tree, key);
  return value?.kind === 'null' ? undefined : value;
}

/** Where a tree stands: a text without its quotes. */
export const placed = (tree: Tree): Span => (tree.kind === 'text' ? placeOf(tree) : tree.at);

/** A list of `KEY=value`, or a map, as a map. A key alone stands for null; a key that is not known opens the map. */
export function mapping(tree: Tree | undefined, separators = '='): TreeMap | undefined {
  if (tree === undefined || tree.kind === 'map') return tree;
  if (tree.kind === 'text') return mapping({ kind: 'list', at: placeOf(tree), items: [tree] }, separators);
  if (tree.kind === 'null') return { kind: 'map', at: tree.at, entries: new Map() };
  if (tree.kind === 'fog') return { kind: 'map', at: tree.at, entries: new Map(), open: tree.origin };
  const entries = new Map<string, Entry>();
  let open = tree.open;
  for (const item of tree.items) {
    if (item.kind !== 'text') {
      if (item.kind !== 'null') open ??= item.kind === 'fog' ? item.origin : written(item.at);
      continue;
    }
    const { text } = item.slice;
    const [at = -1] = [...separators].map((separator) => text.indexOf(separator)).filter((index) => index >= 0).sort((a, b) => a - b);
    const end = at < 0 ? text.length : at;
    const key = cut(item, [{ start: 0, end }]);
    if ([...key.holes.keys()].some((hole) => key.slice.text.includes(hole))) open ??= written(placeOf(key));
    else entries.set(key.slice.text.trim(), { key: placeOf(key), value: at < 0 ? { kind: 'null', at: placeOf(item), scope: item.scope } : cut(item, [{ start: end + 1, end: text.length }]) });
  }
  return { kind: 'map', at: tree.at, entries, ...openBy(open) };
}

/** A list of names, or a map by name, as a map. */
export const named = (tree: Tree | undefined): TreeMap | undefined => mapping(tree, '');

