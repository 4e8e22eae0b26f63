import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Hole, type Origin, type Value, derived, known, resting, unknown, written } from '../../value/value.ts';
import { filled, freeCharacters, holeCharacter, mostHoles } from '../../syntax/hole.ts';
import type { Word } from '../../model/topology.ts';

/** What the texts of one file are read with. */
export interface Scope {
  /** Where its relative paths begin, relative to the root; '' is the root. */
  readonly folder: string;
  /** What the environment of compose holds; undefined where the variable is not in the files, so most likely unset. */
  variable(name: string, at: Span): Value<string> | undefined;
}

/** A text of a compose file with its variables put in. */
export interface Text {
  readonly kind: 'text';
  /** What is known of it; private-use characters stand for the variables that are not. */
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, Value<string>>;
  /** The stretches that came by way of a variable, and what they rest on. */
  readonly rests: readonly Rest[];
  /** Written without quotes, so that `true` and `12` are no text. */
  readonly plain: boolean;
  readonly tag?: string;
  readonly scope: Scope;
}

export interface Rest {
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
}

/** The text made of these pieces of it. */
export function cut(text: Text, pieces: readonly Piece[]): Text {
  const rests: Rest[] = [];
  let out = 0;
  for (const { start, end, as } of pieces) {
    const length = as?.length ?? end - start;
    for (const rest of text.rests) {
      if (rest.end < start || rest.start > end || (rest.start < rest.end && (rest.end === start || rest.start === end))) continue;
      if (as === undefined) rests.push({ start: out + Math.max(rest.start, start) - start, end: out + Math.min(rest.end, end) - start, origin: rest.origin });
      else rests.push({ start: out, end: out + length, origin: rest.origin });
    }
    out += length;
  }
  return { ...text, slice: text.slice.cut(pieces), rests };
}

/** The part between two offsets of what is known of it. */
export const part = (text: Text, start: number, end: number = text.slice.text.length): Text => cut(text, [{ start, end }]);

/** Where the text stands, without quotes. */
export const placeOf = (text: Text): Span => text.slice.span();

/** What the text comes to; a template's `{{ … }}` in it is a hole. */
export function valueOf(text: Text): Value<string> {
  const { slice, holes, rests } = text.slice.text.includes('{{') ? masked(text) : text;
  const at = slice.span();
  const value = filled(slice.text, holes, at);
  if (rests.length === 0) return value;
  return { ...value, origin: derived(at, [value.origin, ...new Set(rests.map(({ origin }) => origin))]) };
}

/** The text as a word of a command: what came by way of a variable and is no more than a word stays apart, so that it rests on it. */
export function wordOf(text: Text): Word {
  const { slice } = text;
  const { origin, ...value } = withoutMask(text);
  const holes = new Map(text.holes);
  const pieces: Piece[] = [];
  let from = 0;
  const free = freeCharacters(slice.text, holes);
  for (const { start, end, origin: rest } of grouped(text.rests)) {
    const inside = slice.text.slice(start, end);
    if (start === end || start < from || !/^[\w./:@=,+-]+$/.test(inside)) continue;
    const hole = free();
    if (hole === holeCharacter(mostHoles)) break;
    holes.set(hole, known(inside, rest));
    pieces.push({ start: from, end: start }, { start, end, as: hole });
    from = end;
  }
  pieces.push({ start: from, end: slice.text.length });
  return { ...value, origin, slice: from === 0 ? slice : slice.cut(pieces), holes };
}

function withoutMask(text: Text): Value<string> {
  const { slice, holes, rests } = text;
  const value = filled(slice.text, holes, slice.span());
  return rests.reduce<Value<string>>((whole, { origin }) => resting(whole, origin), value);
}

/** Overlapping stretches as one, which rests on all of them. */
function grouped(rests: readonly Rest[]): readonly Rest[] {
  const groups: Rest[] = [];
  for (const rest of [...rests].sort((a, b) => a.start - b.start)) {
    const last = groups.at(-1);
    if (last !== undefined && rest.start < last.end) groups[groups.length - 1] = { start: last.start, end: Math.max(last.end, rest.end), origin: derived(last.origin.at, [last.origin, rest.origin]) };
    else groups.push(rest);
  }
  return groups;
}

/** `{{ … }}` of Jinja, Go or swarm as holes. */
function masked(text: Text): Text {
  const holes = new Map(text.holes);
  const free = freeCharacters(text.slice.text, holes);
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: whole } of text.slice.text.matchAll(/\{\{[^{}]*\}\}/g)) {
    const hole = free();
    const end = index + whole.length;
    holes.set(hole, variableHole(whole.slice(2, -2).trim(), text.slice.span(index, end)));
    pieces.push({ start: from, end: index }, { start: index, end, as: hole });
    from = end;
  }
  return from === 0 ? text : { ...cut(text, [...pieces, { start: from, end: text.slice.text.length }]), holes };
}

/** A variable that nobody shows. */
export function variableHole(name: string, at: Span): Value<string> {
  const machine = /^(?:HOME|PWD|HOSTNAME|HOST|USER|UID|GID|LOGNAME|USERPROFILE|XDG_RUNTIME_DIR|DOCKER_GID|DOCKER_SOCK|DOCKER_SOCKET|DOCKER_HOST)$/.test(name);
  const hole: Hole = { name, varies: machine ? 'machine' : 'unknown' };
  // Spelled out beside `unknown`, which carries no shape.
  return { ...unknown('variable', written(at)), shape: [hole] };
}
