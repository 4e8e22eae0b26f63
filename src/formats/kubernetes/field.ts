import { filled, holed } from '../../syntax/hole.ts';
import { type YamlList, type YamlMap, type YamlNode, type YamlScalar, truthOfText } from '../../syntax/yaml/index.ts';
import type { Span } from '../../text/slice.ts';
import { type Hole, type Listing, type Origin, type Value, chain, known, openBy, unknown, written } from '../../value/value.ts';

/** One field of an object: what stands there, if anything does. Null is nothing, as Kubernetes reads it. */
export interface Field {
  readonly node?: YamlMap | YamlList | YamlScalar;
  /** Where its key stands; of an item the item; of what is not there the nearest key above. */
  readonly key: Span;
  /** Set where more may be there than is written, or where nobody knows what is there at all. */
  readonly open?: Origin;
  /** What a template prints, by the character that stands for it. */
  readonly holes: ReadonlyMap<string, Value<string>>;
}

/** A whole object as a field. */
export const rootField = (node: YamlMap, holes: Field['holes']): Field => ({ node, key: node.span, holes, ...openBy(openOf(node)) });

/** What stands under these keys, one below the other. */
export function at(parent: Field, ...keys: readonly string[]): Field {
  return keys.reduce(child, parent);
}

function child(parent: Field, name: string): Field {
  const { node, holes } = parent;
  if (node?.kind === 'map') {
    const entry = node.entry(name);
    if (entry !== undefined) return fieldOf(entry.value, entry.key.slice.span(), holes, parent.open);
    return { key: parent.key, holes, ...openBy(parent.open ?? openOf(node)) };
  }
  const open = parent.open ?? (node === undefined ? undefined : written(node.span));
  return { key: parent.key, holes, ...openBy(open) };
}

/** `above` opens what is null: a key that stands there empty may have been meant to be filled. */
function fieldOf(node: YamlNode, key: Span, holes: Field['holes'], above: Origin | undefined): Field {
  switch (node.kind) {
    case 'null':
      return { key, holes, ...openBy(above) };
    case 'unknown':
      return { key, holes, open: node.origin };
    case 'scalar':
      return { node, key, holes, ...openBy(holed(node.text) && node.text.length === 1 ? written(node.slice.span()) : undefined) };
    case 'list':
    case 'map':
      return { node, key, holes, ...openBy(openOf(node)) };
  }
}

/** Why a map or list may hold more than it shows: broken YAML, or keys and items that a template prints. */
function openOf(node: YamlMap | YamlList): Origin | undefined {
  if (node.open !== undefined) return node.open;
  if (node.kind === 'map') return firstHoled(node.entries.map(({ key }) => key));
  return firstHoled(node.items);
}

function firstHoled(nodes: readonly YamlNode[]): Origin | undefined {
  for (const node of nodes) if (node.kind === 'scalar' && node.text.length === 1 && holed(node.text)) return written(node.slice.span());
  return undefined;
}

/** The same field, opened: for what others may add to. */
export const opened = (field: Field, open: Origin): Field => ({ ...field, open: field.open ?? open });

/** Whether something is written there. */
export const isWritten = ({ node }: Field): boolean => node !== undefined;

/** Where the field's value stands, without quotes; its key for a block. */
export const placeOf = ({ node, key }: Field): Span => (node?.kind === 'scalar' ? node.slice.span() : node !== undefined && node.span.end - node.span.start <= 60 && !node.span.source.text.slice(node.span.start, node.span.end).includes('\n') ? node.span : key);

/** The items of a list; open where there may be more, or where something else stands. */
export function itemsOf(field: Field): Listing<Field> {
  const { node, holes } = field;
  if (node?.kind !== 'list') {
    const open = field.open ?? (node === undefined ? undefined : written(node.span));
    return { items: [], ...openBy(open) };
  }
  const items = node.items.flatMap((item): Field[] => (item.kind === 'null' ? [] : [fieldOf(item, item.span, holes, undefined)]));
  return { items: items.filter(({ node: one, open }) => one?.kind !== 'scalar' || open === undefined), ...openBy(field.open) };
}

/** The entries of a map; open where there may be more, or where something else stands. */
export function entriesOf(field: Field): Listing<readonly [name: string, value: Field]> {
  const { node, holes } = field;
  if (node?.kind !== 'map') {
    const open = field.open ?? (node === undefined ? undefined : written(node.span));
    return { items: [], ...openBy(open) };
  }
  const items = node.entries.flatMap(({ key, value }): (readonly [string, Field])[] => (holed(key.text) ? [] : [[key.text, fieldOf(value, key.slice.span(), holes, undefined)]]));
  return { items, ...openBy(field.open) };
}

/** The text that stands there; undefined where nothing does. */
export function textOf({ node, open, holes }: Field): Value<string> | undefined {
  if (node === undefined) return open === undefined ? undefined : unknown('unreadable', open);
  return node.kind === 'scalar' ? filled(node.text, holes, node.slice.span()) : unknown('unreadable', written(node.span));
}

/** A name or a path, which Kubernetes takes as it stands: `$NAME` in it is put in by a tool before, such as envsubst. */
export function nameOf(field: Field): Value<string> | undefined {
  const text = textOf(field);
  return text === undefined ? undefined : chain(text, (spelled): Value<string> => (placeholder.test(spelled) ? replaced(spelled, text.origin) : known(spelled, text.origin)));
}

const placeholder = /\$\{?[A-Za-z_]\w*\}?/;

/** A text with the variables of a tool like envsubst as holes. */
export function replaced(text: string, origin: Origin): Value<string> {
  const shape = text.split(/(\$\{[^}]*\}?|\$[A-Za-z_]\w*)/).flatMap((part, index): (string | Hole)[] => (part === '' ? [] : [index % 2 === 0 ? part : { name: part.replace(/^\$\{?|\}$/g, ''), varies: 'unknown' }]));
  return { ...unknown('variable', origin), shape };
}

/** Yes or no; what is not written is what it is by default. */
export function flagOf(field: Field, fallback: Value<boolean>): Value<boolean> {
  const text = nameOf(field);
  if (text === undefined) return fallback;
  return chain(text, (spelled): Value<boolean> => {
    const truth = truthOfText(spelled.trim());
    return truth === undefined ? unknown('unreadable', text.origin) : known(truth, text.origin);
  });
}

/** A number; undefined where nothing is written. */
export function numberOf(field: Field): Value<number> | undefined {
  const text = nameOf(field);
  return text && chain(text, (spelled): Value<number> => (/^\d{1,9}$/.test(spelled.trim()) ? known(Number(spelled), text.origin) : unknown('unreadable', text.origin)));
}

/** What is known of the field as a whole where it is not written: the fallback, or unknown where more may be there. */
export const absent = <T>({ open }: Field, fallback: Value<T>): Value<T> => (open === undefined ? fallback : unknown('unreadable', open));
