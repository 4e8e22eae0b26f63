import { type Holed, freeCharacters, holeCharacter, mostHoles } from '../../syntax/hole.ts';
import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Value, unknown, written } from '../../value/value.ts';

/**
 * A template of YAML (Helm, Go, Jinja) with its actions taken out, once for each of its two extremes: every condition met,
 * and none. What an action prints is a hole; lines that it prints are a key, or an item, that nobody knows. A text without
 * templates is one world, itself.
 */
export function unmasked(slice: Slice): readonly Holed[] {
  const actions = actionsIn(slice.text);
  if (actions.length === 0) return [{ slice, holes: new Map() }];
  const holes = new Map<string, Value<string>>();
  const characters = holesOf(actions, slice, holes);
  const worlds = actions.some(({ kind }) => kind === 'branch') ? [true, false] : [true];
  return worlds.map((met) => ({ slice: slice.cut(piecesOf(slice.text, actions, characters, met)), holes }));
}

interface Action {
  readonly kind: 'branch' | 'else' | 'end' | 'definition' | 'silent' | 'output';
  readonly start: number;
  readonly end: number;
  /** What stands between the braces. */
  readonly text: string;
  /** Of a print that has its lines to itself: where its first line begins, and how far it indents. */
  readonly lines?: { readonly from: number; readonly indent: number; readonly item: boolean };
}

/** How many actions a file may have. */
const mostActions = 20_000;

function actionsIn(text: string): readonly Action[] {
  if (!/\{[{%]/.test(text)) return [];
  const actions: Action[] = [];
  for (let start = next(text, 0); start >= 0 && actions.length < mostActions; ) {
    const end = closing(text, start);
    if (end < 0) break;
    const inside = text.slice(start + 2, end - 2).replace(/^-|-$/g, '').trim();
    const kind = text[start + 1] === '{' ? goKind(inside) : text[start + 1] === '#' ? 'silent' : jinjaKind(inside);
    const lines = kind === 'output' ? ownLines(text, start, end, inside) : undefined;
    actions.push({ kind, start, end, text: inside, ...(lines === undefined ? {} : { lines }) });
    start = next(text, end);
  }
  return actions;
}

function next(text: string, from: number): number {
  for (let at = text.indexOf('{', from); at >= 0; at = text.indexOf('{', at + 1)) {
    // `${{ … }}` is an expression of a CI system, and `{{` in a flow map of YAML is none of ours either way.
    if (text[at + 1] === '{' || text[at + 1] === '%') return at;
  }
  return -1;
}

/** Where the action that begins here ends; quoted braces close nothing. */
function closing(text: string, start: number): number {
  const close = text[start + 1] === '{' ? '}}' : '%}';
  const comment = /^\{\{-?\s*\/\*/.test(text.slice(start, start + 12)) ? text.indexOf('*/', start) : start + 2;
  if (comment < 0) return -1;
  let quote = '';
  for (let at = comment; at < text.length && at < start + 4_000; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === '\\' && quote === '"') at++;
      else if (character === quote) quote = '';
    } else if (text.startsWith(close, at)) return at + 2;
    else if (character === '"' || character === '`') quote = character;
  }
  // A lone quote hides the end: then the first braces are taken.
  const first = text.indexOf(close, start + 2);
  return first < 0 ? -1 : first + 2;
}

function goKind(text: string): Action['kind'] {
  if (text.startsWith('/*') || /^\$\w*\s*:?=/.test(text) || /^(?:fail|break|continue)\b/.test(text)) return 'silent';
  if (/^(?:if|range|with)\b/.test(text)) return 'branch';
  if (/^define\b/.test(text)) return 'definition';
  if (/^else\b/.test(text)) return 'else';
  if (/^end\b/.test(text)) return 'end';
  return /^block\b/.test(text) ? 'branch' : 'output';
}

function jinjaKind(text: string): Action['kind'] {
  if (/^(?:if|for)\b/.test(text)) return 'branch';
  if (/^(?:macro|call|filter)\b/.test(text)) return 'definition';
  if (/^(?:else|elif)\b/.test(text)) return 'else';
  return /^end/.test(text) ? (/^end(?:if|for|macro|call|filter)\b/.test(text) ? 'end' : 'silent') : 'silent';
}

/** Where a print stands alone on its lines and indents what it prints: the lines that it stands for. */
function ownLines(text: string, start: number, end: number, inside: string): Action['lines'] {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const after = text.indexOf('\n', end);
  const rest = text.slice(end, after < 0 ? text.length : after);
  const [, indent] = /\bn?indent\s+(\d{1,2})\b[^|]*$/.exec(inside) ?? [];
  if (indent === undefined || text.slice(from, start).trim() !== '' || rest.trim() !== '') return undefined;
  return { from, indent: Number(indent), item: besideItems(text, from, end, Number(indent)) };
}

/** Whether the lines at this indentation, before or after, are items of a list. */
function besideItems(text: string, from: number, end: number, indent: number): boolean {
  const blanks = (line: string): number => /^ */.exec(line)?.[0].length ?? 0;
  const item = (line: string): boolean => blanks(line) === indent && /^-(?:\s|$)/.test(line.slice(indent));
  for (const line of linesBefore(text, from)) {
    if (item(line)) return true;
    if (blanks(line) < indent || (blanks(line) === indent && line.trimEnd().endsWith(':'))) break;
    if (blanks(line) === indent) return false;
  }
  const [after] = linesAfter(text, end);
  return after !== undefined && item(after);
}

const mostLines = 60;
const telling = (line: string): boolean => line.trim() !== '' && !/^\s*(?:#|\{[{%#])/.test(line);

/** The lines before, nearest first, up to the one that holds this place. */
function* linesBefore(text: string, from: number): Iterable<string> {
  let end = from - 1;
  for (let count = 0; end > 0 && count < mostLines; count++) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, end);
    end = start - 1;
    if (!telling(line)) continue;
    yield line;
    if (!/^ {2}/.test(line)) return;
  }
}

function* linesAfter(text: string, end: number): Iterable<string> {
  let start = text.indexOf('\n', end) + 1;
  for (let count = 0; start > 0 && count < mostLines; count++) {
    const stop = text.indexOf('\n', start);
    const line = text.slice(start, stop < 0 ? text.length : stop);
    start = stop + 1;
    if (!telling(line)) continue;
    yield line;
    return;
  }
}

/** A character for each print, one and the same for the same expression. */
function holesOf(actions: readonly Action[], slice: Slice, holes: Map<string, Value<string>>): ReadonlyMap<Action, string> {
  const free = freeCharacters(slice.text, new Map());
  const characters = new Map<Action, string>();
  for (const action of actions) {
    if (action.kind !== 'output') continue;
    const character = free();
    holes.set(character, printed(character === holeCharacter(mostHoles) ? '' : action.text, slice.span(action.start, action.end)));
    characters.set(action, character);
  }
  return characters;
}

/** What an action prints. */
const printed = (name: string, at: Span): Value<string> => ({ ...unknown('variable', written(at)), shape: [{ name, varies: 'unknown' as const }] });

function piecesOf(text: string, actions: readonly Action[], characters: ReadonlyMap<Action, string>, met: boolean): readonly Piece[] {
  const pieces: Piece[] = [];
  const frames: { taken: boolean; readonly definition: boolean }[] = [];
  /** How many of the frames around are not taken. */
  let left = 0;
  let from = 0;
  const enter = (taken: boolean, definition: boolean): void => {
    frames.push({ taken, definition });
    if (!taken) left++;
  };
  const keep = (until: number): void => {
    if (until > from && left === 0) pieces.push({ start: from, end: until });
  };
  for (const action of actions) {
    const own = action.kind === 'output' ? action.lines : undefined;
    keep(own === undefined ? action.start : Math.max(from, own.from));
    from = action.end;
    const frame = frames.at(-1);
    if (action.kind === 'branch') enter(met, false);
    else if (action.kind === 'definition') enter(false, true);
    else if (action.kind === 'end') {
      if (frames.pop()?.taken === false) left--;
    } else if (action.kind === 'else' && frame?.definition === false) {
      // Of a chain of conditions the last part is what is left where none is met.
      const taken = !met && !/^(?:else\s+(?:if|with)|elif)\b/.test(action.text);
      left += Number(frame.taken) - Number(taken);
      frame.taken = taken;
    } else if (action.kind === 'output' && left === 0) {
      const as = own === undefined || own.item ? (characters.get(action) ?? '') : '? []';
      if (own !== undefined) pieces.push({ start: own.from, end: action.start, as: `${' '.repeat(own.indent)}${own.item ? '- ' : ''}` });
      pieces.push({ start: action.start, end: action.end, as });
    }
  }
  keep(text.length);
  if (pieces.length === 0) pieces.push({ start: 0, end: 0, as: '' });
  return pieces;
}
