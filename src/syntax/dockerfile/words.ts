import type { Piece, Slice } from '../../text/slice.ts';

/** The character that joins lines and takes a character's meaning away. */
export type Escape = '\\' | '`';

/** The words between blanks, quotes and all: FROM, COPY, ADD, VOLUME. */
export function blankSeparated(slice: Slice): readonly Slice[] {
  return [...slice.text.matchAll(/\S+/g)].map((word) => slice.slice(word.index, word.index + word[0].length));
}

/** The words between blanks that are neither quoted nor escaped, with their quotes: ENV, ARG, LABEL. */
export const words = (slice: Slice, escape: Escape): readonly Slice[] => [...wordsIn(slice.text, escape)].map(({ start, end }) => slice.slice(start, end));

/** Where those words stand. */
export function* wordsIn(text: string, escape: Escape): Iterable<{ readonly start: number; readonly end: number }> {
  let start = -1;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === '' && /\s/.test(character)) {
      if (start !== -1) yield { start, end: at };
      start = -1;
      continue;
    }
    if (start === -1) start = at;
    if (character === escape && quote !== "'") at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
  }
  if (start !== -1) yield { start, end: text.length };
}

/** `NAME=value`. */
export interface Pair {
  readonly name: string;
  /** As it was written, with its quotes. */
  readonly value: Slice;
}

/** `A=1 B="2"`, or in the old form `A the rest`; a word without `=` among the new ones is left out. */
export function pairs(slice: Slice, escape: Escape): readonly Pair[] {
  const list = words(slice, escape);
  const [first] = list;
  if (first === undefined) return [];
  if (first.text.includes('=')) return list.flatMap((word) => pairOf(word) ?? []);
  const [, name, blank] = /^\s*(\S+)(\s+)/.exec(slice.text) ?? [];
  if (name === undefined || blank === undefined) return [];
  const start = slice.text.indexOf(name) + name.length + blank.length;
  return [{ name, value: slice.slice(start, slice.text.trimEnd().length) }];
}

/** `A=1`; undefined for a word without `=`. */
export function pairOf(word: Slice): Pair | undefined {
  const equals = word.text.indexOf('=');
  return equals === -1 ? undefined : { name: unquoted(word.text.slice(0, equals)), value: word.slice(equals + 1) };
}

/** `type=bind,source=/x,"target=/a,b"`: the value of `--mount`; a field without `=` has the value undefined. */
export function fields(slice: Slice): readonly { readonly name: string; readonly value?: Slice }[] {
  const { text } = slice;
  const found: { name: string; value?: Slice }[] = [];
  for (let start = 0; start <= text.length; ) {
    const quoted = text[start] === '"';
    const close = quoted ? text.indexOf('"', start + 1) : -1;
    const comma = text.indexOf(',', Math.max(start, close));
    const end = comma === -1 ? text.length : comma;
    const field = close === -1 ? slice.slice(start, end) : slice.slice(start + 1, close);
    const pair = pairOf(field);
    if (field.text.trim() !== '') found.push(pair === undefined ? { name: field.text.trim().toLowerCase() } : { name: pair.name.trim().toLowerCase(), value: pair.value });
    start = end + 1;
  }
  return found;
}

/**
 * The strings of a JSON array, decoded, each character knowing where it was written; undefined for everything that is
 * not an array of strings and nothing else, which Docker then hands to a shell.
 */
export function jsonStrings(slice: Slice): readonly Slice[] | undefined {
  const { text } = slice;
  let at = skip(text, 0);
  if (text[at] !== '[') return undefined;
  at = skip(text, at + 1);
  const found: Slice[] = [];
  if (text[at] === ']') return skip(text, at + 1) === text.length ? found : undefined;
  for (;;) {
    const string = jsonString(slice, at);
    if (string === undefined) return undefined;
    found.push(string.slice);
    at = skip(text, string.end);
    if (text[at] === ']') return skip(text, at + 1) === text.length ? found : undefined;
    if (text[at] !== ',') return undefined;
    at = skip(text, at + 1);
  }
}

function skip(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}

const meanings: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

function jsonString(slice: Slice, open: number): { readonly slice: Slice; readonly end: number } | undefined {
  const { text } = slice;
  if (text[open] !== '"') return undefined;
  const pieces: Piece[] = [];
  let kept = open + 1;
  for (let at = open + 1; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '"') {
      if (at > kept) pieces.push({ start: kept, end: at });
      return { slice: pieces.length === 0 ? slice.slice(at, at) : slice.cut(pieces), end: at + 1 };
    }
    if (character < ' ') return undefined;
    if (character !== '\\') continue;
    const [hex] = /^[0-9a-fA-F]{4}/.exec(text.slice(at + 2, at + 6)) ?? [];
    const unicode = text[at + 1] === 'u';
    const as = unicode ? (hex === undefined ? undefined : String.fromCharCode(Number.parseInt(hex, 16))) : meanings[text.charAt(at + 1)];
    if (as === undefined) return undefined;
    const length = unicode ? 6 : 2;
    if (at > kept) pieces.push({ start: kept, end: at });
    pieces.push({ start: at, end: at + length, as });
    kept = at + length;
    at += length - 1;
  }
  return undefined;
}

/** A word without its quotes, where no variable matters: a heredoc's name, a key. */
export const unquoted = (text: string): string => text.replace(/(["'])(.*?)\1/g, '$2');
