import type { Problem } from '../format.ts';
import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Origin, type Value, assumed, derived, written } from '../../value/value.ts';
import { freeCharacters, holeCharacter, mostHoles } from '../../syntax/hole.ts';
import { type Rest, type Scope, variableHole } from './text.ts';

/** The text with its variables put in: `$V`, `${V}`, `${V:-default}`, `${V:?error}`, `${V:+other}`, nested, and `$$`. */
export interface Interpolated {
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, Value<string>>;
  readonly rests: readonly Rest[];
}

/** How deep `${A:-${B:-…}}` is followed, and how many variables one text may have. */
const deepest = 20;
const most = 2_000;

/** Puts in what the scope knows. A variable nobody sets gives its default, assumed; without a default it is a hole. */
export function interpolated(slice: Slice, scope: Scope, report: (problem: Problem) => void): Interpolated {
  const { text } = slice;
  if (!text.includes('$')) return { slice, holes: new Map(), rests: [] };
  const holes = new Map<string, Value<string>>();
  const free = freeCharacters(text, holes);
  const pieces: Piece[] = [];
  const rests: Rest[] = [];
  const braces = closings(text);
  let out = 0;
  let count = 0;
  let refused = false;
  const keep = (start: number, end: number): void => {
    pieces.push({ start, end });
    out += end - start;
  };
  const put = (start: number, end: number, as: string): void => {
    pieces.push({ start, end, as });
    out += as.length;
  };
  const hole = (start: number, end: number, value: Value<string>): void => {
    const character = free();
    // Holes beyond the last character share it, and then nothing is known of it.
    holes.set(character, character === holeCharacter(mostHoles) ? variableHole('', slice.span(start, end)) : value);
    put(start, end, character);
  };

  const walk = (start: number, end: number, depth: number): void => {
    let from = start;
    for (let dollar = text.indexOf('$', start); dollar >= 0 && dollar < end; dollar = text.indexOf('$', from)) {
      if (dollar > from) keep(from, dollar);
      if (++count > most) {
        hole(dollar, end, variableHole('', slice.span(dollar, end)));
        return;
      }
      from = dollar + expression(dollar, end, depth);
    }
    if (end > from) keep(from, end);
  };

  /** Reads what stands at the dollar sign, and gives its length. */
  const expression = (at: number, end: number, depth: number): number => {
    if (text[at + 1] === '$' && at + 1 < end) {
      put(at, at + 2, '$');
      return 2;
    }
    const bare = /^\$([A-Za-z_]\w*)/.exec(text.slice(at, Math.min(end, at + 200)))?.[1];
    if (bare !== undefined) {
      variable(bare, '', at, at + 1 + bare.length, 0, 0, depth);
      return 1 + bare.length;
    }
    const brace = text[at + 1] === '{' ? (braces.get(at + 1) ?? -1) : -1;
    const close = brace < end ? brace : -1;
    const [, name = '', operator = ''] = close < 0 ? [] : (/^\{([A-Za-z_]\w*)(:?[-?+])?/.exec(text.slice(at + 1, Math.min(close, at + 200))) ?? []);
    const defaultAt = at + 2 + name.length + operator.length;
    if (name === '' || (operator === '' && defaultAt !== close)) {
      // A lone dollar sign, as in $(date), stays as it is since compose v2; only a brace that is no variable is refused.
      if (!refused && text[at + 1] === '{') report({ at: slice.span(at, at + 1), message: 'this `${` begins no variable, so compose refuses the file: `$$` is a dollar sign' });
      refused ||= text[at + 1] === '{';
      keep(at, at + 1);
      return 1;
    }
    variable(name, operator, at, close + 1, defaultAt, close, depth);
    return close + 1 - at;
  };

  const variable = (name: string, operator: string, start: number, end: number, otherFrom: number, otherTo: number, depth: number): void => {
    const at = slice.span(start, end);
    const value = scope.variable(name, at);
    const unset = value === undefined || (value.kind === 'known' && value.value === '' && operator.startsWith(':'));
    const origin: Origin = value === undefined ? assumed(at, { key: `env.${name}`, says: `${name} is not set in the environment` }) : derived(at, [written(at), value.origin]);
    const first = out;
    if (value !== undefined && value.kind !== 'known') hole(start, end, { ...value, origin });
    else if (operator.endsWith('-') && unset) other(otherFrom, otherTo, depth, start, end);
    else if (operator.endsWith('+')) {
      if (unset) put(start, end, '');
      else other(otherFrom, otherTo, depth, start, end);
    } else if (value === undefined || (operator.endsWith('?') && unset)) {
      hole(start, end, variableHole(name, at));
      return;
    } else put(start, end, value.value);
    rests.push({ start: first, end: out, origin });
  };

  const other = (from: number, to: number, depth: number, start: number, end: number): void => {
    if (to === from) put(start, end, '');
    else if (depth < deepest) walk(from, to, depth + 1);
    else hole(start, end, variableHole('', slice.span(start, end)));
  };

  walk(0, text.length, 0);
  if (pieces.length === 0) put(0, text.length, '');
  return { slice: slice.cut(pieces), holes, rests };
}

/** Of every brace that is closed, where; braces of any kind are counted, as compose does. */
function closings(text: string): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  const open: number[] = [];
  for (const { index, 0: brace } of text.matchAll(/[{}]/g)) {
    if (brace === '{') open.push(index);
    else {
      const start = open.pop();
      if (start !== undefined) found.set(start, index);
    }
  }
  return found;
}

/** What an environment without this variable gives for it. */
export const unsetIn = (name: string, at: Span): Origin => assumed(at, { key: `env.${name}`, says: `${name} is not set in the environment` });
