import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Origin, type Value, choices, derived, known, map, oneOf, unknown, written } from '../../value/value.ts';
import type { Escape } from './words.ts';
import { trimmed } from './pattern.ts';
import { filled, holeCharacter, noHoles } from '../hole.ts';

/** What a variable is where the word stands; known to be undefined where it is not set. */
export type Lookup = (name: string) => Value<string | undefined>;

/** A word with its quotes gone and its variables replaced; each of them is a hole of the text. */
export type Expanded = Value<string> & { readonly slice: Slice; readonly holes: ReadonlyMap<string, Value<string>> };

/** More text than this is no setting: variables that double each other would never end. */
const mostText = 65_536;
const mostVariables = 1_000;
const deepest = 40;

/**
 * The word as the builder reads it: `$A`, `${A}`, `${A:-b}`, `${A-b}`, `${A:+b}`, `${A+b}`, `${A:?e}`, `${A#p}`, `${A%p}`,
 * `${A/p/r}`, quotes and escapes. A variable that surely is not set is nothing; a build argument that is merely
 * not given is unknown. Unknown as a whole where a quote or brace does not end, or a template's marks stand in it.
 * With quotes `kept` it is the text of a heredoc.
 */
export function expand(slice: Slice, lookup: Lookup, escape: Escape, quotes: 'taken' | 'kept'): Expanded {
  const { text } = slice;
  const unreadable = (): Expanded => ({ ...unknown('unreadable', written(slice.span())), slice, holes: noHoles });
  if (/\{\{|\{%|<%/.test(text)) return unreadable();
  if (!/[$'"]/.test(text) && !text.includes(escape)) return { ...known(text, written(slice.span())), slice, holes: noHoles };
  const reading: Reading = { slice, text, lookup, escape, kept: quotes === 'kept', at: 0, pieces: [], holes: new Map(), characters: new Map(), rests: [], length: 0 };
  if (!walk(reading, undefined, true, 0)) return unreadable();
  const cut = reading.pieces.length === 0 ? slice.slice(0, 0) : slice.cut(reading.pieces);
  return { ...valueOf(cut, slice, reading), slice: cut, holes: reading.holes };
}

/** A word while it is read. */
interface Reading {
  readonly slice: Slice;
  readonly text: string;
  readonly lookup: Lookup;
  readonly escape: Escape;
  readonly kept: boolean;
  at: number;
  readonly pieces: Piece[];
  readonly holes: Map<string, Value<string>>;
  /** The hole of each variable met. */
  readonly characters: Map<string, string>;
  /** What the choice of a default or alternate rests on. */
  readonly rests: Origin[];
  /** How long the text is with known variables replaced. */
  length: number;
}

/** Reads up to `stop`, which is left to be read; false where the text is no word. Nothing is written down unless `live`. */
function walk(reading: Reading, stop: string | undefined, live: boolean, depth: number): boolean {
  const { text, escape, kept } = reading;
  if (depth > deepest) return false;
  while (reading.at < text.length) {
    const { at } = reading;
    const character = text.charAt(at);
    if (character === stop) return true;
    if (character === '$') {
      if (!dollar(reading, live, depth)) return false;
    } else if (character === "'") {
      const close = text.indexOf("'", at + 1);
      if (close === -1) return false;
      keep(reading, kept ? at : at + 1, kept ? close + 1 : close, live);
      reading.at = close + 1;
    } else if (character === '"') {
      if (!doubleQuoted(reading, live, depth)) return false;
    } else if (character === escape) {
      keep(reading, kept ? at : at + 1, at + 2, live);
      reading.at = at + 2;
    } else {
      keep(reading, at, at + 1, live);
      reading.at = at + 1;
    }
  }
  return stop === undefined;
}

function doubleQuoted(reading: Reading, live: boolean, depth: number): boolean {
  const { text, escape, kept } = reading;
  if (kept) keep(reading, reading.at, reading.at + 1, live);
  reading.at++;
  while (reading.at < text.length) {
    const { at } = reading;
    const character = text.charAt(at);
    if (character === '"') {
      if (kept) keep(reading, at, at + 1, live);
      reading.at++;
      return true;
    }
    if (character === '$') {
      if (!dollar(reading, live, depth)) return false;
      continue;
    }
    const escaped = character === escape && ['"', '$', escape].includes(text.charAt(at + 1));
    keep(reading, escaped && !kept ? at + 1 : at, escaped ? at + 2 : at + 1, live);
    reading.at = escaped ? at + 2 : at + 1;
  }
  return false;
}

const plainName = /[A-Za-z_]\w*|\d+|[@*#?$!-]/y;

function dollar(reading: Reading, live: boolean, depth: number): boolean {
  const { text } = reading;
  const start = reading.at;
  const braced = text[start + 1] === '{';
  plainName.lastIndex = start + (braced ? 2 : 1);
  const [name] = plainName.exec(text) ?? [];
  if (name === undefined) {
    if (braced) return false;
    keep(reading, start, start + 1, live);
    reading.at = start + 1;
    return true;
  }
  reading.at = start + (braced ? 2 : 1) + name.length;
  if (!braced) return put(reading, name, variable(reading, name), start, live);
  if (text[reading.at] === '}') {
    reading.at++;
    return put(reading, name, variable(reading, name), start, live);
  }
  return modified(reading, name, start, live, depth);
}

/** The variable as it stands for itself: nothing where it surely is not set, unknown where it was merely not given. */
function variable({ lookup }: Reading, name: string): Value<string> {
  const value = lookup(name);
  if (value.kind === 'unknown') return value;
  if (value.kind === 'known') {
    if (value.value !== undefined) return { ...value, value: value.value };
    return ungiven(value) ? { ...unknown('variable', value.origin), shape: [{ name, varies: 'unknown' }] } : known('', value.origin);
  }
  return map(value, (text) => text ?? '');
}

/** Whether it is a build argument that, by assumption alone, nobody gives: whoever needs a value will give one. */
export const ungiven = (value: Value<string | undefined>): boolean => value.kind === 'known' && value.value === undefined && value.origin.kind === 'assumed' && value.origin.about.key.startsWith('arg.');

/** `${A:-b}` and its like, from after the name on. */
function modified(reading: Reading, name: string, start: number, live: boolean, depth: number): boolean {
  const { text, lookup } = reading;
  const colon = text[reading.at] === ':';
  const operator = text.charAt(reading.at + (colon ? 1 : 0));
  reading.at += colon ? 2 : 1;
  if (!['-', '+', '?'].includes(operator)) return !colon && ['#', '%', '/'].includes(operator) && patterned(reading, name, operator, start, live, depth);
  const value = lookup(name);
  const options = choices(value);
  const unset = (given: string | undefined): boolean => given === undefined || (colon && given === '');
  const [absent, present] = [options.length > 0 && options.every((option) => unset(option.value)), options.length > 0 && !options.some((option) => unset(option.value))];
  const chosen = (operator === '-' && absent) || (operator === '+' && present);
  if (!walk(reading, '}', live && chosen, depth + 1) || reading.at >= text.length) return false;
  reading.at++;
  if (!live) return true;
  if (chosen || (operator === '+' && absent)) {
    reading.rests.push(value.origin);
    if (!chosen) reading.pieces.push({ start, end: reading.at, as: '' });
    return true;
  }
  if (present) return put(reading, name, map(value, (given) => given ?? ''), start, live);
  const fog: Value<string> = { ...unknown('variable', value.origin), shape: [{ name, varies: 'unknown' }] };
  return put(reading, `${name}${operator}`, fog, start, live);
}

/** `${A#pattern}`, `${A%pattern}`, `${A/pattern/replacement}`, from after the operator on. */
function patterned(reading: Reading, name: string, operator: string, start: number, live: boolean, depth: number): boolean {
  const { text } = reading;
  const begun = reading.at;
  if (!walk(reading, '}', false, depth + 1) || reading.at >= text.length) return false;
  const inner = text.slice(begun, reading.at);
  reading.at++;
  const value = variable(reading, name);
  const results = inner.includes('$') ? [] : choices(value).map((option) => ({ ...option, value: trimmed(option.value, operator, inner) }));
  const known = results.flatMap((option) => (option.value === undefined ? [] : [{ ...option, value: option.value }]));
  const certain = known.length > 0 && known.length === choices(value).length;
  const result: Value<string> = certain ? oneOf(known, value.origin) : { ...unknown('variable', value.origin), shape: [{ name, varies: 'unknown' }] };
  return put(reading, `${name}${operator}${inner}`, result, start, live);
}

function keep(reading: Reading, start: number, end: number, live: boolean): void {
  if (!live) return;
  const last = reading.pieces.at(-1);
  if (last !== undefined && last.as === undefined && last.end === start) reading.pieces[reading.pieces.length - 1] = { ...last, end };
  else reading.pieces.push({ start, end });
  reading.length += end - start;
}

/** Writes a variable's hole down; false where the word grows beyond all measure. */
function put(reading: Reading, key: string, value: Value<string>, start: number, live: boolean): boolean {
  if (!live) return true;
  if (value.kind === 'unknown' && (value.shape?.length ?? 0) > 64) return false;
  let character = reading.characters.get(key);
  if (character === undefined) {
    if (reading.characters.size >= mostVariables) return false;
    character = holeCharacter(reading.characters.size);
    reading.characters.set(key, character);
    reading.holes.set(character, value);
  }
  reading.length += value.kind === 'unknown' ? (value.shape?.length ?? 1) : Math.max(0, ...choices(value).map((option) => option.value.length));
  reading.pieces.push({ start, end: reading.at, as: character });
  return reading.length <= mostText;
}

/** What the text with its holes comes to, one value for each choice that they leave. */
function valueOf(cut: Slice, whole: Slice, { holes, rests }: Reading): Value<string> {
  const at = whole.span();
  let worlds: ReadonlyMap<string, Value<string>>[] = [holes];
  for (const [character, value] of holes) {
    if (value.kind !== 'one-of') continue;
    worlds = worlds.flatMap((world) => value.options.map((option) => new Map([...world, [character, option]]))).slice(0, 32);
  }
  const values = worlds.map((world): Value<string> => {
    const value = filled(cut.text, world, at);
    return { ...value, origin: flat(at, [...rests, ...[...world.values()].map(({ origin }) => origin)]) };
  });
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : oneOf(values, written(at));
}

/**
 * What is written here, resting on these, each origin once and none of them nested: variables that are made of one
 * another would otherwise grow into a tree without end.
 */
function flat(at: Span, from: readonly Origin[]): Origin {
  const leaves = new Set<Origin>();
  const open = [...from];
  for (let origin = open.shift(); origin !== undefined && leaves.size < 32; origin = open.shift()) {
    if (origin.kind === 'derived') open.push(...origin.from);
    else leaves.add(origin);
  }
  return derived(at, [written(at), ...leaves]);
}
