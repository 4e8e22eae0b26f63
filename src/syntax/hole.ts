import type { Piece, Slice, Span } from '../text/slice.ts';
import { type Hole, type Value, derived, known, unknown, written } from '../value/value.ts';

/** Text in which private-use characters stand for what an expression gives: `${VAR}` of compose, before a shell reads it. */
export interface Holed {
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, Value<string>>;
}

export const noHoles: ReadonlyMap<string, Value<string>> = new Map();

/** How many holes one text can have; what is beyond shares the last one, which is unknown for good. */
export const mostHoles = 6_399;

/** The character that stands for the hole of this number, from 0. */
export const holeCharacter = (index: number): string => String.fromCharCode(0xe000 + Math.min(index, mostHoles));

const anyHole = /[\ue000-\uf8ff]/;
const eachHole = /[\ue000-\uf8ff]/g;

/** Gives characters that neither the text nor its holes use yet; once they run out, the last one again. */
export function freeCharacters(text: string, holes: ReadonlyMap<string, unknown>): () => string {
  const taken = new Set(holed(text) ? (text.match(/[\ue000-\uf8ff]/g) ?? []) : []);
  let index = 0;
  return () => {
    while (index < mostHoles && (holes.has(holeCharacter(index)) || taken.has(holeCharacter(index)))) index++;
    return holeCharacter(index++);
  };
}

/** Whether the text has a hole in it. */
export const holed = (text: string): boolean => anyHole.test(text);

/** The text with what `as` gives in the place of each hole; where that is undefined, the hole stays as it is. */
export function substituted({ slice, holes }: Holed, as: (value: Value<string>) => string | undefined): Slice {
  if (holes.size === 0) return slice;
  let changed = false;
  const pieces = [...slice.text.matchAll(/[\ue000-\uf8ff]|[^\ue000-\uf8ff]+/g)].map(({ 0: text, index }): Piece => {
    const value = holes.get(text);
    const meant = value && as(value);
    changed ||= meant !== undefined;
    return { start: index, end: index + text.length, ...(meant === undefined ? {} : { as: meant }) };
  });
  return changed ? slice.cut(pieces) : slice;
}

/** How many characters are put together, and of how many parts: what is made of one another grows without end. */
const longest = 1 << 20;
const mostParts = 4_000;

/**
 * What a text with holes comes to: known where every hole is known, else unknown with its shape, which is given up
 * where it is too long. A private-use character that is no hole of this text stands for itself.
 */
export function filled(text: string, holes: ReadonlyMap<string, Value<string>>, at: Span): Value<string> {
  if (!holed(text)) return known(text, written(at));
  const parts: (string | Hole)[] = [];
  const origins = [written(at)];
  let plain = '';
  let fog: (Value<string> & { kind: 'unknown' }) | undefined;
  let from = 0;
  for (const { 0: character, index } of text.matchAll(eachHole)) {
    if (plain.length > longest || parts.length > mostParts) return { ...unknown('unreadable', written(at)), shape: [{ name: '', varies: 'unknown' }] };
    const hole = holes.get(character);
    if (hole === undefined) continue;
    plain += text.slice(from, index);
    from = index + 1;
    if (hole.kind === 'known') {
      plain += hole.value;
      origins.push(hole.origin);
    } else {
      if (plain !== '') parts.push(plain);
      plain = '';
      const named = hole.kind === 'unknown' ? hole : unknown('variable', hole.origin);
      fog ??= named;
      for (const part of named.shape ?? [{ name: '', varies: 'unknown' as const }]) parts.push(part);
      origins.push(hole.origin);
    }
  }
  plain += text.slice(from);
  if (plain !== '') parts.push(plain);
  const origin = derived(at, origins);
  if (fog === undefined) return known(plain, origin);
  return { ...fog, shape: parts, origin };
}
