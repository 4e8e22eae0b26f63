import { filled, holeCharacter } from '../../syntax/hole.ts';
import type { TomlNode, TomlTable } from '../../syntax/toml/index.ts';
import type { Word } from '../../model/topology.ts';
import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Listing, type Origin, type Value, choices, known, openBy, unknown, written } from '../../value/value.ts';

/** A runner's configuration, whether it stands in TOML, in a chart's values or in the options of `gitlab-runner register`. */
export type Setting = Section | Row | Leaf;

export interface Section {
  readonly kind: 'section';
  readonly at: Span;
  readonly settings: ReadonlyMap<string, Setting>;
  readonly open?: Origin;
}

export interface Row {
  readonly kind: 'row';
  readonly at: Span;
  readonly items: readonly Setting[];
  readonly open?: Origin;
}

export interface Leaf {
  readonly kind: 'leaf';
  /** Without its quotes where it is a text. */
  readonly at: Span;
  /** A template's `{{ … }}` and `$VARIABLE` in it are holes. */
  readonly text: Value<string>;
  /** For scripts and options in it. */
  readonly word: Word;
  readonly typed: string | number | boolean | undefined;
}

/** A table of TOML as a section. */
export function sectionOf(table: TomlTable): Section {
  return { kind: 'section', at: table.span, settings: new Map(table.entries.map(({ key, value }) => [key.text, settingOf(value)])), ...openBy(table.open) };
}

function settingOf(node: TomlNode): Setting {
  if (node.kind === 'table') return sectionOf(node);
  if (node.kind === 'array') return { kind: 'row', at: node.span, items: node.items.map(settingOf), ...openBy(node.open) };
  return leafOf(node.slice, node.quoted ? undefined : node.value);
}

/** A text, or with `typed` what it is besides. */
export function leafOf(slice: Slice, typed?: string | number | boolean): Leaf {
  const word = wordOf(slice);
  return { kind: 'leaf', at: slice.span(), text: word, word, typed: typed ?? (word.kind === 'known' ? word.value : undefined) };
}

/** A word of a command line as a text. */
export const leafOfWord = (word: Word): Leaf => ({ kind: 'leaf', at: word.origin.at, text: word, word, typed: word.kind === 'known' ? word.value : undefined });

/** The text with `{{ … }}` and `$VARIABLE` as holes. */
function wordOf(slice: Slice): Word {
  const holes = new Map<string, Value<string>>();
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole, 1: template, 2: braced, 3: bare } of slice.text.matchAll(/\{\{([^{}]*)\}\}|\$\{(\w+)[^{}]*\}|\$([A-Za-z_]\w*)/g)) {
    const end = index + whole.length;
    const at = slice.span(index, end);
    const hole = holeCharacter(holes.size);
    holes.set(hole, { ...unknown('variable', written(at)), shape: [{ name: (template ?? braced ?? bare ?? '').trim(), varies: 'unknown' }] });
    pieces.push({ start: from, end: index }, { start: index, end, as: hole });
    from = end;
  }
  const cut = from === 0 ? slice : slice.cut([...pieces, { start: from, end: slice.text.length }]);
  return { ...filled(cut.text, holes, slice.span()), slice: cut, holes };
}

/** The setting at this path of names. */
export function settingAt(section: Section | undefined, ...path: readonly string[]): Setting | undefined {
  let here: Setting | undefined = section;
  for (const name of path) here = here?.kind === 'section' ? here.settings.get(name) : undefined;
  return here;
}

/** The section at this path; undefined where it is none. */
export function sectionAt(section: Section | undefined, ...path: readonly string[]): Section | undefined {
  const found = settingAt(section, ...path);
  return found?.kind === 'section' ? found : undefined;
}

/** The text of a leaf; undefined where nothing is written, unknown for what is no text. */
export function textAt(setting: Setting | undefined): Value<string> | undefined {
  if (setting === undefined) return undefined;
  return setting.kind === 'leaf' ? setting.text : unknown('unreadable', written(setting.at));
}

/** A switch; undefined where nothing is written. */
export function flagAt(setting: Setting | undefined): Value<boolean> | undefined {
  if (setting === undefined) return undefined;
  if (setting.kind !== 'leaf') return unknown('unreadable', written(setting.at));
  const { typed } = setting;
  if (typeof typed === 'boolean') return known(typed, written(setting.at));
  if (typed === 'true' || typed === 'false') return known(typed === 'true', written(setting.at));
  return setting.text.kind === 'unknown' ? setting.text : unknown('unreadable', written(setting.at));
}

/** A number; undefined where nothing is written. */
export function numberAt(setting: Setting | undefined): Value<number> | undefined {
  if (setting === undefined) return undefined;
  if (setting.kind !== 'leaf') return unknown('unreadable', written(setting.at));
  const number = Number(setting.typed);
  if (setting.typed !== undefined && setting.typed !== '' && Number.isFinite(number)) return known(number, written(setting.at));
  return setting.text.kind === 'unknown' ? setting.text : unknown('unreadable', written(setting.at));
}

/** The texts of a list; one text alone is a list of one, as some write it. */
export const leavesAt = (setting: Setting | undefined): Listing<Leaf> => itemsAt(setting, (one): one is Leaf => one.kind === 'leaf');

/** The sections of a `[[list]]`. */
export const sectionsAt = (setting: Setting | undefined): Listing<Section> => itemsAt(setting, (one): one is Section => one.kind === 'section');

/** Those of one kind, or the one that stands for a list; open where something else stands among them. */
function itemsAt<T extends Setting>(setting: Setting | undefined, fits: (setting: Setting) => setting is T): Listing<T> {
  if (setting === undefined) return { items: [] };
  if (fits(setting)) return { items: [setting] };
  if (setting.kind !== 'row') return { items: [], open: written(setting.at) };
  const items = setting.items.filter(fits);
  return { items, ...openBy(setting.open ?? (items.length < setting.items.length ? written(setting.at) : undefined)) };
}

/** `NAME=value` as name and value; the value of a name alone is empty. Undefined where the name itself is unknown. */
export function pairOf(leaf: Leaf): readonly [name: string, value: Value<string>] | undefined {
  const { slice, holes } = leaf.word;
  const [only] = choices(leaf.text);
  const text = slice?.text ?? only?.value;
  if (text === undefined) return undefined;
  const equals = text.indexOf('=');
  const name = (equals < 0 ? text : text.slice(0, equals)).trim();
  if (!/^[A-Za-z_]\w*$/.test(name)) return undefined;
  if (equals < 0) return [name, known('', leaf.text.origin)];
  if (slice === undefined) return [name, known(text.slice(equals + 1), leaf.text.origin)];
  const value = slice.slice(equals + 1);
  // An empty value has no characters to point at: the whole entry says it.
  return [name, filled(value.text, holes ?? new Map(), value.text === '' ? leaf.at : value.span())];
}
