import type { Slice, Span } from '../text/slice.ts';
import { type Hole, type Known, type Origin, type Value, derived, known, unknown, written } from '../value/value.ts';

/** A word as a process gets it; where it was written out, with its text and what its private-use characters stand for. */
export type Written = Value<string> & { readonly slice?: Slice; readonly holes?: ReadonlyMap<string, Value<string>> };

/** A command of docker, compose, buildx or dockerd, its options taken apart. */
export interface CommandLine {
  readonly tool: 'docker' | 'compose' | 'buildx' | 'dockerd' | 'service';
  /**
   * The subcommand without its group where it also exists without one: `docker container run` and `docker run` are both
   * `run`, `docker image ls` is `images`; `volume rm`, `system prune`, `imagetools create` keep theirs. Empty for dockerd,
   * for a command without one, and for one that is not known.
   */
  readonly subcommand: string;
  /** Options before the subcommand: `-H`, `--context`, `-f`, `-p`. */
  readonly globals: readonly Option[];
  readonly options: readonly Option[];
  /** What is left: image, command, containers. */
  readonly operands: readonly Operand[];
  /** Set where more options may stand in a word that is not known: `docker run $OPTIONS image`. */
  readonly open?: Origin;
}

export interface Option {
  /** The long name without dashes: `-v` is `volume`; an option of no table keeps what was written. */
  readonly name: string;
  /** Its value; undefined for a switch. */
  readonly value?: Written;
  readonly at: Span;
  /** Set for an option of no table, of which it is not known whether it takes the next word. */
  readonly unlisted?: true;
}

export interface Operand {
  readonly value: Written;
  readonly at: Span;
}

/** A word whose parts can be asked for: known holes filled in, every other one a private-use character. */
export interface Readable {
  readonly text: string;
  /** Whether a character of the text stands for something that is not known. */
  unknown(offset: number): boolean;
  /** What stands there, where it is not known. */
  hole(offset: number): Value<string> | undefined;
  /** The part between two offsets of `text`, at its own place. */
  part(start: number, end?: number): Written;
}

const first = 0xe000;
const anyHole = /[\ue000-\uf8ff]/;
const eachHole = /[\ue000-\uf8ff]/g;
const noHoles: ReadonlyMap<string, Value<string>> = new Map();
/** Text that doubles itself again and again ends here: the longest value, and the most parts of a shape. */
const longest = 2 ** 16;
const mostParts = 500;
const mark = (index: number): string => String.fromCharCode(first + Math.min(index, 6_399));

/** The word as text with holes. A word of several readings is one hole as a whole. */
export function readable(word: Written): Readable {
  let holes: Map<string, Value<string>> | undefined;
  let resting: { readonly start: number; readonly end: number; readonly origin: Origin }[] | undefined;
  let text = '';
  let slice: Slice | undefined;
  const hole = (value: Value<string>): string => {
    holes ??= new Map();
    const character = mark(holes.size);
    holes.set(character, value);
    return character;
  };
  if (word.slice !== undefined && !(word.holes !== undefined && word.holes.size > 0 && anyHole.test(word.slice.text))) {
    text = word.slice.text;
    slice = word.slice;
  } else if (word.slice !== undefined) {
    const pieces: { start: number; end: number; as?: string }[] = [];
    const whole = word.slice.text;
    let offset = 0;
    for (const { 0: character, index } of whole.matchAll(eachHole)) {
      const value = word.holes?.get(character);
      if (value === undefined) continue;
      if (index > offset) pieces.push({ start: offset, end: index });
      text += whole.slice(offset, index);
      offset = index + 1;
      const as = value.kind === 'known' && text.length + value.value.length <= longest ? value.value : hole(value);
      (resting ??= []).push({ start: text.length, end: text.length + as.length, origin: value.origin });
      pieces.push({ start: index, end: offset, as });
      text += as;
    }
    if (whole.length > offset) pieces.push({ start: offset, end: whole.length });
    text += whole.slice(offset);
    slice = word.slice.cut(pieces);
  } else if (word.kind === 'known') text = word.value;
  else if (word.kind === 'unknown' && word.shape !== undefined) {
    for (const part of word.shape) text += typeof part === 'string' ? part : hole({ ...unknown(word.why, word.origin), shape: [part] });
  } else text = hole(word);
  const found: ReadonlyMap<string, Value<string>> = holes ?? noHoles;
  const on = resting ?? [];

  return {
    text,
    unknown: (offset) => found.has(text.charAt(offset)),
    hole: (offset) => found.get(text.charAt(offset)),
    part(start, end = text.length) {
      if (start <= 0 && end >= text.length) return word;
      const at = slice === undefined ? word.origin.at : slice.span(start, end);
      const from = on.filter((one) => one.start < end && one.end > start).map(({ origin }) => origin);
      const origin = slice === undefined ? word.origin : derived(at, [written(at), ...from]);
      const value = filledIn(text.slice(start, end), found, origin);
      return slice === undefined ? value : placed(value, slice.slice(start, end), found);
    },
  };
}

/** The value as it is written there; the commonest kind is spelled out, since copying it field by field counts. */
export const placed = (value: Value<string>, slice: Slice, holes: ReadonlyMap<string, Value<string>>): Value<string> & { readonly slice: Slice; readonly holes: ReadonlyMap<string, Value<string>> } =>
  value.kind === 'known' ? { kind: 'known', value: value.value, origin: value.origin, slice, holes } : { ...value, slice, holes };

/** What the text comes to: known where no hole is left, each of its readings where a hole has several, else unknown with its shape. */
export function filledIn(text: string, holes: ReadonlyMap<string, Value<string>>, origin: Origin): Value<string> {
  if (holes.size === 0 || !anyHole.test(text)) return known(text, origin);
  const shape: (string | Hole)[] = [];
  let rows: readonly Known<string>[] = [known('', origin)];
  let fog: (Value<string> & { kind: 'unknown' }) | undefined;
  let plain = '';
  const flush = (): void => {
    if (plain === '') return;
    const tail = plain;
    shape.push(tail);
    rows = rows.map((row) => ({ ...row, value: row.value + tail }));
    plain = '';
  };
  let from = 0;
  for (const { 0: character, index } of text.matchAll(eachHole)) {
    const value = holes.get(character);
    if (value === undefined) continue;
    plain += text.slice(from, index);
    from = index + 1;
    flush();
    if (value.kind === 'unknown') {
      fog ??= value;
      for (const part of value.shape ?? [{ name: '', varies: 'unknown' as const }]) shape.push(part);
    } else {
      const options = value.kind === 'known' ? [value] : value.options;
      rows = rows.flatMap((row) => options.map((option) => known(row.value + option.value, derived(origin.at, [row.origin, option.origin])))).slice(0, 16);
      shape.push(...(value.kind === 'known' ? [value.value] : [{ name: '', varies: 'unknown' as const }]));
    }
  }
  plain += text.slice(from);
  flush();
  if (shape.length > mostParts || rows.some(({ value }) => value.length > longest)) return { ...unknown('unreadable', origin), shape: [{ name: '', varies: 'unknown' }] };
  if (fog !== undefined) {
    const { output, ...rest } = fog;
    return { ...rest, shape, origin, ...(output !== undefined && text.length === 1 ? { output } : {}) };
  }
  const [only] = rows;
  return rows.length === 1 && only !== undefined ? only : { kind: 'one-of', options: rows, origin };
}

/** The parts of a word between these characters, at their own places; a hole is never one of them. */
export function split(word: Readable, separator: string): Written[] {
  const parts: Written[] = [];
  let start = 0;
  for (let at = word.text.indexOf(separator); at !== -1; at = word.text.indexOf(separator, start)) {
    parts.push(word.part(start, at));
    start = at + separator.length;
  }
  parts.push(word.part(start));
  return parts;
}
