import { type Piece, Slice, type Span } from '../../text/slice.ts';
import type { Call, GroovyExpression, GroovyString, ListLiteral, Name, Property } from './tree.ts';
import { freeCharacters } from '../hole.ts';

/** A text that an expression comes to; what is not known of it are holes, private-use characters with their expression. */
export interface FoldedText {
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, GroovyExpression>;
}

/** What a name or path is bound to where it stands; undefined where that is not known. */
export type Lookup = (name: Name | Property) => GroovyExpression | undefined;

/** How many expressions one text is made of at most, names followed included, and how long it gets. */
const mostSteps = 2_000;
const longest = 2 ** 18;

interface Folding {
  readonly lookup: Lookup;
  /** What the names came to that are being followed: one that is among it goes round in a circle. */
  readonly following: Set<GroovyExpression>;
  steps: number;
}

/**
 * The text of this expression: strings, what is added up, trimmed, unindented or joined, and names by `lookup`. Undefined
 * where it is nothing of the kind, as a call of somebody's method; a part of a text that is none becomes a hole. A name by
 * itself gives the text where that is written; inside a longer text it stands where the name is written.
 */
export function foldText(expression: GroovyExpression, lookup: Lookup = () => undefined): FoldedText | undefined {
  return fold(expression, { lookup, following: new Set(), steps: 0 });
}

function fold(expression: GroovyExpression, folding: Folding): FoldedText | undefined {
  if (++folding.steps > mostSteps) return undefined;
  switch (expression.kind) {
    case 'string':
      return filled(expression, folding);
    case 'literal':
      return typeof expression.value === 'number' ? pinned(String(expression.value), noExpressions, expression.at) : undefined;
    case 'name':
    case 'property':
      return followed(expression, folding, (bound) => fold(bound, folding));
    case 'cast':
      return expression.type === 'String' ? fold(expression.value, folding) : undefined;
    case 'operation':
      return expression.operator === '+' && expression.operands.length > 1 ? added(expression.operands, folding) : undefined;
    case 'call':
      return called(expression, folding);
    case 'list':
    case 'map':
    case 'index':
    case 'new':
    case 'closure':
    case 'conditional':
    case 'assign':
    case 'spread':
    case 'unread':
      return undefined;
  }
}

function followed<T>(name: Name | Property, { lookup, following }: Folding, then: (bound: GroovyExpression) => T | undefined): T | undefined {
  const bound = lookup(name);
  if (bound === undefined || following.has(bound)) return undefined;
  following.add(bound);
  const result = then(bound);
  following.delete(bound);
  return result;
}

const noExpressions: ReadonlyMap<string, GroovyExpression> = new Map();

/** A text that is written elsewhere, as standing here. */
const pinned = (text: string, holes: FoldedText['holes'], { source, start, end }: Span): FoldedText => ({ slice: Slice.of(source).cut([{ start, end, as: text }]), holes });

/** The string with what is known of its holes in their places. */
function filled({ slice, holes }: GroovyString, folding: Folding): FoldedText | undefined {
  if (holes.size === 0) return { slice, holes };
  const still = new Map<string, GroovyExpression>();
  const pieces: Piece[] = [];
  let from = 0;
  let length = slice.text.length;
  for (let at = 0; at < slice.text.length; at++) {
    const hole = holes.get(slice.text.charAt(at));
    if (hole === undefined) continue;
    const known = fold(hole, folding);
    if (known === undefined) {
      const character = unlike(slice.text.charAt(at), hole, still, slice.text);
      still.set(character, hole);
      if (character === slice.text.charAt(at)) continue;
      pieces.push({ start: from, end: at }, { start: at, end: at + 1, as: character });
    } else {
      const { slice: inside, holes: more } = apart(known, still, slice.text);
      for (const [character, expression] of more) still.set(character, expression);
      pieces.push({ start: from, end: at }, { start: at, end: at + 1, as: inside.text });
      length += inside.text.length;
    }
    from = at + 1;
  }
  if (length > longest) return undefined;
  return { slice: from === 0 ? slice : slice.cut([...pieces, { start: from, end: slice.text.length }]), holes: still };
}

/** This character for this hole, or one that is free where it stands for another already: characters are a file's own. */
function unlike(character: string, hole: GroovyExpression, taken: FoldedText['holes'], text: string): string {
  const there = taken.get(character);
  return there === undefined || there === hole ? character : freeCharacters(text, taken)();
}

/** The same text with characters for its holes that nothing else has. */
function apart(text: FoldedText, taken: FoldedText['holes'], around: string): FoldedText {
  const clashing = [...text.holes].filter(([character, hole]) => taken.has(character) && taken.get(character) !== hole);
  if (clashing.length === 0) return text;
  const free = freeCharacters(around + text.slice.text, new Map([...taken, ...text.holes]));
  const renamed = new Map(clashing.map(([character]) => [character, free()]));
  const pieces = text.slice.text.split('').map((character, at): Piece => {
    const as = renamed.get(character);
    return as === undefined ? { start: at, end: at + 1 } : { start: at, end: at + 1, as };
  });
  return { slice: text.slice.cut(pieces), holes: new Map([...text.holes].map(([character, hole]) => [renamed.get(character) ?? character, hole])) };
}

/** A sum that one of its operands makes a text; numbers before it would be added up first. */
function added(operands: readonly GroovyExpression[], folding: Folding): FoldedText | undefined {
  const texts = operands.map((operand) => fold(operand, folding));
  const [first] = operands;
  if (texts.every((text) => text === undefined) || first?.kind === 'literal') return undefined;
  if (texts[0] === undefined && texts[1] === undefined) return undefined;
  return joined(operands, texts, '');
}

function joined(operands: readonly GroovyExpression[], texts: readonly (FoldedText | undefined)[], between: string): FoldedText | undefined {
  const holes = new Map<string, GroovyExpression>();
  const slices: Slice[] = [];
  const all = texts.map((text) => text?.slice.text ?? '').join(between);
  if (all.length > longest) return undefined;
  const free = freeCharacters(all, holes);
  for (const [index, operand] of operands.entries()) {
    const text = texts[index];
    if (text === undefined) {
      const character = free();
      holes.set(character, operand);
      slices.push(pinned(character, holes, operand.at).slice);
      continue;
    }
    const own = apart(text, holes, all);
    for (const [character, hole] of own.holes) holes.set(character, hole);
    slices.push(within(own.slice.span(), operand.at) ? own.slice : pinned(own.slice.text, own.holes, operand.at).slice);
  }
  const [first, ...rest] = slices;
  return first === undefined ? undefined : { slice: Slice.joined([first, ...rest], between), holes };
}

const within = (inner: Span, outer: Span): boolean => inner.source === outer.source && inner.start >= outer.start && inner.end <= outer.end;

function called(call: Call, folding: Folding): FoldedText | undefined {
  if (call.object === undefined || call.name === undefined || call.spread || call.named.length > 0) return undefined;
  if (call.name === 'join') return joinedList(call.object, call.arguments, folding);
  const change = call.arguments.length === 0 ? changes.get(call.name) : undefined;
  const text = change === undefined ? undefined : fold(call.object, folding);
  return text === undefined ? undefined : { slice: change?.(text.slice) ?? text.slice, holes: text.holes };
}

/** Java's, which cuts off everything up to the blank. */
function trimmed(slice: Slice): Slice {
  const { text } = slice;
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return slice.slice(start, end);
}

/** Each line without the blanks that all lines begin with; lines of blanks alone are emptied. */
function unindented(slice: Slice): Slice {
  const indents = slice.text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.length - line.trimStart().length]));
  const common = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  return eachLine(slice, (line) => (line.trim() === '' ? line.length : common));
}

/** Each line without what stands before its first `|`, if that is blanks, and without the `|`. */
function unmargined(slice: Slice): Slice {
  return eachLine(slice, (line) => /^\s*\|/.exec(line)?.[0].length ?? 0);
}

/** What these methods without arguments do; see https://docs.groovy-lang.org/2.4.21/html/groovy-jdk/java/lang/CharSequence.html. */
const changes: ReadonlyMap<string, (text: Slice) => Slice> = new Map([
  ['toString', (text: Slice) => text],
  ['trim', trimmed],
  ['stripIndent', unindented],
  ['stripMargin', unmargined],
]);

function eachLine(slice: Slice, cut: (line: string) => number): Slice {
  const pieces: Piece[] = [];
  let at = 0;
  for (const line of slice.text.split('\n')) {
    const end = Math.min(at + line.length + 1, slice.text.length);
    pieces.push({ start: at + cut(line), end });
    at += line.length + 1;
  }
  return slice.cut(pieces);
}

function joinedList(list: GroovyExpression, given: readonly GroovyExpression[], folding: Folding): FoldedText | undefined {
  const items = listOf(list, folding);
  const [separator] = given;
  if (items === undefined || given.length > 1 || items.items.some(({ kind }) => kind === 'spread' || kind === 'unread')) return undefined;
  const between = separator === undefined ? undefined : fold(separator, folding);
  if (separator !== undefined && (between === undefined || between.holes.size > 0)) return undefined;
  return joined(items.items, items.items.map((item) => fold(item, folding)), between?.slice.text ?? '');
}

function listOf(list: GroovyExpression, folding: Folding): ListLiteral | undefined {
  if (++folding.steps > mostSteps) return undefined;
  if (list.kind === 'list') return list;
  return list.kind === 'name' || list.kind === 'property' ? followed(list, folding, (bound) => listOf(bound, folding)) : undefined;
}
