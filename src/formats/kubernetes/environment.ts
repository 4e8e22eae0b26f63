import type { Context } from '../format.ts';
import { type Holed, filled, freeCharacters } from '../../syntax/hole.ts';
import { type EnvironmentLayer, type Setting, environment } from '../../model/environment.ts';
import type { Environment, Word } from '../../model/topology.ts';
import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, known, map, openBy, sole, unknown, written } from '../../value/value.ts';
import { configMap } from './config-maps.ts';
import { type Field, at, entriesOf, flagOf, isWritten, itemsOf, nameOf, placeOf, replaced, textOf } from './field.ts';

/**
 * The environment of a container: its image's, then that of whole ConfigMaps and Secrets, then its own variables. A Secret out
 * of view may set anything, but that it sets no DOCKER_* is taken for granted.
 */
export function environmentOf(container: Field, image: readonly EnvironmentLayer[], place: Span, context: Context): Environment {
  const layers = [...image, ...layersOf(container, image, context)];
  const whole = environment(layers, place);
  if (!layers.some((one) => isSecret(one))) return whole;
  const supposed = environment(layers.map((one): EnvironmentLayer => (isSecret(one) ? { set: one.set, supposed: one.secret } : one)), place);
  return { ...whole, get: (name) => (name.startsWith('DOCKER_') ? supposed.get(name) : whole.get(name)) };
}

interface SecretLayer extends EnvironmentLayer {
  /** The assumption that it sets no DOCKER_* variable. */
  readonly secret: Origin;
}

const isSecret = (layer: EnvironmentLayer): layer is SecretLayer => 'secret' in layer;

/** What a container adds to its image's environment. */
function layersOf(container: Field, image: readonly EnvironmentLayer[], context: Context): readonly EnvironmentLayer[] {
  const before = itemsOf(at(container, 'envFrom'));
  const layers: EnvironmentLayer[] = before.items.map((source) => sourceLayer(source, context));
  if (before.open !== undefined) layers.push({ set: new Map(), open: before.open });
  const list = itemsOf(at(container, 'env'));
  // A map of variables is no list, but some tools take it.
  const entries = list.items.length === 0 ? entriesOf(at(container, 'env')) : { items: [] };
  const set = new Map<string, Setting>();
  const own: EnvironmentLayer = { set, ...openBy(list.open ?? container.open) };
  const outer = environment([...image, ...layers], container.key);
  for (const item of list.items) {
    const name = nameOf(at(item, 'name'));
    if (name?.kind !== 'known') continue;
    set.set(name.value, settingOf(item, placeOf(at(item, 'name')), (other) => set.get(other)?.value ?? outer.get(other), context));
  }
  for (const [name, value] of entries.items) set.set(name, { value: map(textOf(value) ?? known('', written(value.key)), (text): string | undefined => text), at: placeOf(value) });
  return [...layers, own];
}

/** A variable: written out, or taken from elsewhere. One without a value is empty. */
function settingOf(item: Field, name: Span, variable: (name: string) => Value<string | undefined>, context: Context): Setting {
  const value = at(item, 'value');
  const from = at(item, 'valueFrom');
  if (value.node?.kind === 'scalar') return { value: map(expandedText(value, variable), (text): string | undefined => text), at: placeOf(value) };
  if (value.node !== undefined || (value.open !== undefined && !isWritten(from))) return { value: unknown('unreadable', value.open ?? written(value.key)), at: value.key };
  if (!isWritten(from)) return { value: known('', written(name)), at: name };
  const key = at(from, 'configMapKeyRef');
  if (isWritten(key)) {
    const data = configMap(nameOf(at(key, 'name')), context);
    const entry = data?.values.get(sole(nameOf(at(key, 'key')) ?? unknown('unreadable', written(name))) ?? '');
    if (entry !== undefined) return { value: map(entry.value, (text): string | undefined => text), at: entry.at };
    const missing = data !== undefined && data.open === undefined && nameOf(at(key, 'key'))?.kind === 'known';
    if (missing && sole(flagOf(at(key, 'optional'), known(false, written(name)))) === true) return { value: known(undefined, written(placeOf(at(key, 'key')))), at: placeOf(at(key, 'key')) };
  }
  const field = nameOf(at(from, 'fieldRef', 'fieldPath'));
  const hole = { name: field?.kind === 'known' ? field.value : '', varies: field === undefined ? ('unknown' as const) : ('job' as const) };
  return { value: { ...unknown('variable', written(placeOf(from))), shape: [hole] }, at: placeOf(from) };
}

function sourceLayer(source: Field, context: Context): EnvironmentLayer {
  const reference = at(source, 'configMapRef');
  const data = isWritten(reference) ? configMap(nameOf(at(reference, 'name')), context) : undefined;
  const prefix = nameOf(at(source, 'prefix'));
  if (data === undefined || (prefix !== undefined && prefix.kind !== 'known')) {
    const place = placeOf(isWritten(reference) ? at(reference, 'name') : at(source, 'secretRef', 'name'));
    const silent = context.setting<boolean>('kubernetes.secrets', place);
    const secret = isWritten(at(source, 'secretRef')) && silent.kind === 'known' && silent.value;
    return { set: new Map(), open: written(place), ...(secret ? { secret: silent.origin } : {}) };
  }
  const before = prefix?.kind === 'known' ? prefix.value : '';
  return { set: new Map([...data.values].map(([name, { value, at: place }]) => [`${before}${name}`, { value: map(value, (text): string | undefined => text), at: place }])), ...openBy(data.open) };
}

/** A variable's text with `$(NAME)` put in. A bare `$NAME` alone is what a tool puts in before. */
function expandedText(field: Field, variable: (name: string) => Value<string | undefined>): Value<string> {
  const { node, holes } = field;
  if (node?.kind !== 'scalar') return unknown('unreadable', written(field.key));
  const word = expanded({ slice: node.slice, holes }, variable);
  const value = filled(word.slice.text, word.holes, word.slice.span());
  return value.kind === 'known' && /^\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)$/.test(value.value) ? replaced(value.value, value.origin) : value;
}

/** The text with the `$(NAME)` of Kubernetes put in: those of known variables; `$$(NAME)` stands for itself. */
function expanded({ slice, holes }: Holed, variable: (name: string) => Value<string | undefined>): Holed {
  const { text } = slice;
  if (!text.includes('$(')) return { slice, holes };
  const more = new Map(holes);
  const free = freeCharacters(text, more);
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: name = '' } of text.matchAll(/\$?\$\(([A-Za-z_][\w.-]*)\)/g)) {
    const found = whole.startsWith('$$') ? undefined : holeFor(variable(name), name, slice.span(index, index + whole.length));
    if (found === undefined && !whole.startsWith('$$')) continue;
    pieces.push({ start: from, end: index });
    from = index + whole.length;
    if (found === undefined) pieces.push({ start: index + 1, end: from });
    else {
      const character = free();
      more.set(character, found);
      pieces.push({ start: index, end: from, as: character });
    }
  }
  if (from === 0) return { slice, holes };
  pieces.push({ start: from, end: text.length });
  return { slice: slice.cut(pieces), holes: more };
}

/** What stands for `$(NAME)`; undefined where nobody sets the name, so that the text stays as it is. */
function holeFor(value: Value<string | undefined>, name: string, place: Span): Value<string> | undefined {
  if (value.kind === 'known') return value.value === undefined ? undefined : known(value.value, value.origin);
  // A name that perhaps nobody sets is more likely a command of the shell where it is written small.
  if (value.kind === 'unknown' && value.shape === undefined && !/^[A-Z][A-Z0-9_]*$/.test(name)) return undefined;
  return value.kind === 'one-of' ? unknown('variable', value.origin) : { ...value, shape: value.shape ?? [{ name, varies: 'unknown' }], origin: written(place) };
}

/** A list of words, with the container's variables put in; undefined where nothing is written. */
export function wordsOf(field: Field, env: Environment): Value<readonly Word[]> | undefined {
  const { items, open } = itemsOf(field);
  if (field.node === undefined && open === undefined) return undefined;
  if (field.node?.kind === 'scalar' && open !== undefined) return unknown('unreadable', open);
  if (open !== undefined) return unknown('unreadable', open);
  if (items.some(({ node }) => node?.kind !== 'scalar')) return unknown('unreadable', written(field.key));
  return known(items.flatMap((item) => wordOf(item, env) ?? []), written(spanning(items) ?? placeOf(field)));
}

/** One text as a word, with the container's variables put in. */
export function wordOf({ node, holes }: Field, env: Environment): Word | undefined {
  if (node?.kind !== 'scalar') return undefined;
  return asWord(expanded({ slice: node.slice, holes }, (name) => env.get(name)));
}

/** A text as a word, as it stands. */
export const asWord = ({ slice, holes }: { readonly slice: Slice; readonly holes: Holed['holes'] }): Word => ({ ...filled(slice.text, holes, slice.span()), slice, holes });

function spanning(items: Listing<Field>['items']): Span | undefined {
  const [first, last] = [items[0], items.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const [start, end] = [placeOf(first), placeOf(last)];
  return start.source === end.source && end.end >= start.start ? { ...start, end: end.end } : start;
}
