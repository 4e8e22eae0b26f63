import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Origin, type Value, choices, derived, known, oneOf, unknown, written } from '../../value/value.ts';
import { filledIn, placed } from '../../docker/command-line-words.ts';
import type { Parameter, ShellWord, Substitution, WordPart } from '../../syntax/shell/index.ts';
import { holed, noHoles } from '../../syntax/hole.ts';
import { type State, assign, variable } from './state.ts';
import type { Word } from '../topology.ts';

/** What words are expanded with. */
export interface Expansion {
  readonly state: State;
  /** What the private-use characters of the script's own text stand for. */
  readonly holes: ReadonlyMap<string, Value<string>>;
  /** What a substitution prints; it may run the commands in it. */
  output(part: Substitution, at: Span): Value<string>;
}

/** The words that this one becomes: none where it is an unquoted nothing, several where a value is split or `"$@"` is. */
export function expand(word: ShellWord, by: Expansion): readonly Word[] {
  return fields(word, by, true);
}

/** The word as one, as in an assignment. */
export function expandWhole(word: ShellWord, by: Expansion): Word {
  const [first] = fields(word, by, false);
  return first ?? known('', written(word.slice.span(word.start, word.end)));
}

/** A value that is split into more words than this is not read. */
const mostFields = 500;

/** A word in the making: what to cut out of the script, and what its holes stand for. */
interface Field {
  readonly pieces: Piece[];
  holes: Map<string, Value<string>> | undefined;
  /** Quotes make a word even of nothing. */
  made: boolean;
}

function fields(word: ShellWord, by: Expansion, splits: boolean): readonly Word[] {
  const { slice } = word;
  const [only] = word.parts;
  const before = plain.get(word);
  if (before !== undefined) return before;
  if (splits && word.parts.length === 1 && only?.kind === 'parameter' && /^[@*]$/.test(only.name) && only.operator === undefined && (only.quoted || by.state.args.every(({ kind }) => kind === 'known'))) return by.state.args;
  const done: Word[] = [];
  let field: Field = { pieces: [], holes: undefined, made: false };
  const finish = (): void => {
    if (field.made) done.push(finished(slice, field, by.holes));
    field = { pieces: [], holes: undefined, made: false };
  };
  const put = (start: number, end: number, value: Value<string>): void => {
    field.holes ??= new Map();
    const character = unused(field.holes, by.holes);
    field.holes.set(character, value);
    field.pieces.push({ start, end, as: character });
    field.made = true;
  };
  word.parts.forEach((part, index) => {
    if (part.kind === 'text') {
      const home = index === 0 && !part.quoted && /^~(\/|$)/.test(part.text) && (part.text.length > 1 || word.parts.length === 1);
      if (home) put(part.start, part.start + 1, text(variable(by.state, 'HOME', slice.span(part.start, part.start + 1))));
      for (const piece of part.pieces) field.pieces.push(home && piece.start === part.start && piece.as === undefined ? { ...piece, start: piece.start + 1 } : piece);
      field.made ||= part.quoted || part.text !== '';
      return;
    }
    const value = valueOf(part, slice, by);
    if (!splits || part.quoted || value.kind !== 'known') {
      put(part.start, part.end, value);
      return;
    }
    // Unquoted, a known value is split at blanks; nothing at all leaves no word.
    const parts = value.value.split(/[ \t\n]+/);
    if (parts.length > mostFields) {
      put(part.start, part.end, { ...unknown('unreadable', value.origin), shape: [{ name: '', varies: 'unknown' }] });
      return;
    }
    parts.forEach((one, at) => {
      if (at > 0) finish();
      if (one !== '') put(part.start, part.end, { ...value, value: one });
    });
  });
  finish();
  // What is all text, and has no holes, is the same for everybody: it is made once.
  if (done.length > 0 && word.parts.every((part) => part.kind === 'text' && !part.text.startsWith('~') && !holed(part.text))) plain.set(word, done);
  if (done.length === 0 && !splits) return [finished(slice, { ...field, pieces: [{ start: word.start, end: word.end, as: '' }] }, by.holes)];
  return done;
}

const plain = new WeakMap<ShellWord, readonly Word[]>();

function finished(slice: Slice, field: Field, outer: ReadonlyMap<string, Value<string>>): Word {
  const [first] = field.pieces;
  const cut = first !== undefined && field.pieces.length === 1 && first.as === undefined ? slice.slice(first.start, first.end) : slice.cut(field.pieces);
  const at = cut.span();
  if (field.holes === undefined && (outer.size === 0 || !holed(cut.text))) return { kind: 'known', value: cut.text, origin: written(at), slice: cut, holes: noHoles };
  const holes = field.holes === undefined ? outer : outer.size === 0 ? field.holes : new Map([...outer, ...field.holes]);
  const used = (cut.text.match(/[\ue000-\uf8ff]/g) ?? []).flatMap((character) => holes.get(character)?.origin ?? []);
  const value = filledIn(cut.text, holes, used.length === 0 ? written(at) : derived(at, [written(at), ...used]));
  return placed(value, cut, holes);
}

/** A private-use character that neither the script's text nor this word uses yet; taken from the far end of the range. */
function unused(own: ReadonlyMap<string, unknown>, outer: ReadonlyMap<string, unknown>): string {
  for (let code = 0xf8ff - own.size; code > 0xe000; code--) {
    const character = String.fromCharCode(code);
    if (!own.has(character) && !outer.has(character)) return character;
  }
  return '\uf8ff';
}

function valueOf(part: Exclude<WordPart, { readonly kind: 'text' }>, slice: Slice, by: Expansion): Value<string> {
  const at = slice.span(part.start, part.end);
  switch (part.kind) {
    case 'parameter':
      return parameter(part, at, by);
    case 'command':
    case 'process':
      return by.output(part, at);
    case 'computed':
      return { ...unknown('command', written(at)), shape: [{ name: slice.text.slice(part.start, part.end), varies: 'unknown' }] };
  }
}

function parameter({ name, operator, operand }: Parameter, at: Span, by: Expansion): Value<string> {
  const { state } = by;
  if ((name === '@' || name === '*') && operator === undefined) {
    const words = state.args;
    return words.every(({ kind }) => kind === 'known') ? known(words.flatMap(choices).map(({ value }) => value).join(' '), derived(at, [written(at), ...words.map(({ origin }) => origin)])) : hole(name, at);
  }
  const value = variable(state, name, at);
  const other = (): Value<string> => (operand === undefined ? known('', written(at)) : expandWhole(operand, by));
  switch (operator) {
    case undefined:
      return text(value);
    case ':-':
    case '-':
    case ':=':
    case '=': {
      const whole = chosen(value, (one) => one === undefined || (operator.startsWith(':') && one === ''), other, at);
      if (operator.endsWith('=') && /^\w+$/.test(name)) assign(state, name, whole, at);
      return whole;
    }
    case ':+':
    case '+':
      if (value.kind === 'unknown') return hole(name, at);
      return oneOf(choices(value).map((one) => (one.value === undefined || (operator === ':+' && one.value === '') ? known('', one.origin) : other())), value.origin);
    case ':?':
    case '?':
      return chosen(value, (one) => one === undefined, () => hole(name, at), at);
    case '#':
    case '##':
    case '%':
    case '%%': {
      const pattern = operand === undefined ? undefined : other();
      if (value.kind !== 'known' || pattern?.kind !== 'known' || /[*?[\\]/.test(pattern.value)) return hole(name, at);
      const whole = value.value ?? '';
      const cut = operator.startsWith('#') ? (whole.startsWith(pattern.value) ? whole.slice(pattern.value.length) : whole) : whole.endsWith(pattern.value) ? whole.slice(0, whole.length - pattern.value.length) : whole;
      return known(cut, value.origin);
    }
    default:
      return hole(`${name}${operator}`, at);
  }
}

const hole = (name: string, at: Span): Value<string> => ({ ...unknown('variable', written(at)), shape: [{ name, varies: 'unknown' }] });

/** The value, with what `other` gives in place of those that count as missing. */
function chosen(value: Value<string | undefined>, missing: (value: string | undefined) => boolean, other: () => Value<string>, at: Span): Value<string> {
  if (value.kind === 'unknown') return value;
  const origin: Origin = written(at);
  return oneOf(choices(value).map((one) => (missing(one.value) ? resting(other(), one.origin) : known(one.value ?? '', one.origin))), origin);
}

const resting = (value: Value<string>, on: Origin): Value<string> => ({ ...value, origin: derived(value.origin.at, [value.origin, on]) });

/** What is unset is nothing. */
function text(value: Value<string | undefined>): Value<string> {
  if (value.kind === 'unknown') return value;
  return value.kind === 'known' ? { ...value, value: value.value ?? '' } : { ...value, options: value.options.map((option) => ({ ...option, value: option.value ?? '' })) };
}
