import type { Span } from '../../text/slice.ts';
import { type OpenString, type StringPart, type Quote, openedAt, scanString } from './quotes.ts';

/** A file in tokens. The tokens of what stands in a string's holes follow the string's own, each hole closed by an `end`. */
export interface GroovyTokens {
  readonly tokens: readonly Token[];
  /** Of each bracket that opens: the token that closes it, or that shows that nothing does. */
  readonly closers: readonly (number | undefined)[];
  readonly comments: readonly Stretch[];
  readonly problems: readonly (Stretch & { readonly message: string })[];
}

export type Stretch = Pick<Span, 'start' | 'end'>;
export type Token = PlainToken | StringToken;

/** `newline` is any number of them, and none where brackets are open that a newline does not end a statement in. */
export interface PlainToken extends Stretch {
  readonly kind: 'name' | 'number' | 'symbol' | 'newline' | 'end';
  readonly text: string;
}

export interface StringToken extends Stretch {
  readonly kind: 'string';
  readonly text: '';
  readonly quote: Quote;
  readonly parts: readonly StringPart[];
  /** What is wrong with it: it does not end, or Groovy knows no such escape. */
  readonly broken: boolean;
  /** The token behind it and its holes. */
  readonly next: number;
}

/** How often a string whose hole does not end is taken back to its first line, before the rest of the file is given up. */
const mostRewinds = 5;

type Opened = { readonly kind: '(' | '[' | '{'; readonly index: number } | { readonly kind: 'hole'; readonly index: number; readonly string: OpenString };

interface File {
  readonly text: string;
  readonly tokens: Token[];
  readonly closers: (number | undefined)[];
  readonly comments: Stretch[];
  readonly problems: (Stretch & { readonly message: string })[];
  readonly opened: Opened[];
  /** Which of them are holes, and holes of strings in plain double quotes. */
  readonly holes: number[];
  readonly lineHoles: number[];
  /** Where the last `/` and the last `/$` stand: behind them no string in slashes can end. */
  readonly lastSlash: number;
  readonly lastDollar: number;
  at: number;
  rewinds: number;
}

/** Takes a file apart, in one pass without recursion, whatever it holds. */
export function groovyTokens(text: string): GroovyTokens {
  const file: File = { text, tokens: [], closers: [], comments: [], problems: [], opened: [], holes: [], lineHoles: [], at: text.startsWith('\ufeff') ? 1 : 0, lastSlash: text.lastIndexOf('/'), lastDollar: text.lastIndexOf('/$'), rewinds: 0 };
  if (text.startsWith('#!', file.at)) comment(file, lineEnd(text, file.at));
  for (;;) {
    while (file.at < text.length) next(file);
    if (!rewound(file)) break;
  }
  const { tokens, closers, comments, problems } = file;
  for (const { kind, index } of file.opened) if (kind !== 'hole') unclosed(file, index);
  tokens.push({ kind: 'end', text: '', start: text.length, end: text.length });
  return { tokens, closers, comments, problems };
}

const symbols = ['>>>=', '<=>', '===', '!==', '...', '..<', '==~', '<<=', '>>=', '>>>', '**=', '?.', '?:', '*.', '*:', '.&', '.@', '::', '->', '++', '--', '**', '&&', '||', '==', '!=', '<=', '>=', '=~', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=', '<<', '>>', '..'];
const symbolsByFirst = new Map(symbols.map((first) => [first.charAt(0), symbols.filter((one) => one.startsWith(first.charAt(0)))]));
const blank = /[ \t\f\u00a0]+|\\\r?\n/y;
const word = /[A-Za-z_$\u00c0-\u2fff\u3040-\ud7ff\ue000-\ufffe][\w$\u00c0-\u2fff\u3040-\ud7ff\ue000-\ufffe]*/y;
const number = /0[xX][\da-fA-F_]+[gGlLiI]?|0[bB][01_]+[gGlLiI]?|(?:\d[\d_]*(?:\.\d[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?[gGlLiIdDfF]?/y;
const newlines = /(?:[ \t\f]*\r?\n|\r)+/y;

function matched(pattern: RegExp, { text, at }: File): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function next(file: File): void {
  const { text, at } = file;
  const code = text.charCodeAt(at);
  if (code === 0x0a || code === 0x0d) return newline(file);
  const gap = matched(blank, file);
  if (gap !== undefined) {
    file.at += gap.length;
    return;
  }
  if (text.startsWith('//', at)) return comment(file, lineEnd(text, at));
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    if (end === -1) file.problems.push({ start: at, end: at + 2, message: 'the comment does not end' });
    return comment(file, end === -1 ? text.length : end + 2);
  }
  const name = matched(word, file);
  const quote = openedAt(text, at, code === 0x2f ? at < file.lastSlash && beginsValue(file.tokens.at(-1)) : at + 1 < file.lastDollar);
  if (quote !== undefined && (name === undefined || name === '$')) return string(file, quote);
  if (name !== undefined) return push(file, 'name', name);
  const digits = matched(number, file);
  if (digits !== undefined && !(code === 0x2e && file.tokens.at(-1)?.end === at)) return push(file, 'number', digits);
  const symbol = symbolsByFirst.get(text.charAt(at))?.find((one) => text.startsWith(one, at)) ?? text.charAt(at);
  if (symbol === '(' || symbol === '[' || symbol === '{') file.opened.push({ kind: symbol, index: file.tokens.length });
  else if (symbol === ')' || symbol === ']') closeRound(file, symbol === ')' ? '(' : '[');
  else if (symbol === '}') {
    const hole = closeCurly(file);
    if (hole !== undefined) {
      file.tokens.push({ kind: 'end', text: '', start: at, end: at + 1 });
      hole.at = at + 1;
      return resume(file, hole);
    }
  }
  push(file, 'symbol', symbol);
}

function push(file: File, kind: 'name' | 'number' | 'symbol', text: string): void {
  file.tokens.push({ kind, text, start: file.at, end: (file.at += text.length) });
}

function newline(file: File): void {
  const start = file.at;
  // Jenkins's Groovy knows no newline in the expression of a string that is one line.
  const [outermost] = file.lineHoles;
  if (outermost !== undefined) return abandon(file, outermost);
  file.at += (matched(newlines, file) ?? ' ').length;
  const inside = file.opened.at(-1)?.kind;
  if (inside === '(' || inside === '[' || file.tokens.at(-1)?.kind === 'newline') return;
  file.tokens.push({ kind: 'newline', text: '', start, end: file.at });
}

function comment(file: File, end: number): void {
  file.comments.push({ start: file.at, end });
  file.at = end;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  const line = end === -1 ? text.length : end;
  return text[line - 1] === '\r' && line > from ? line - 1 : line;
}

const beforeValue = new Set(['return', 'case', 'in', 'instanceof', 'assert', 'throw', 'else', 'do']);

/** Whether a `/` behind this token opens a string: behind what ends an expression it divides. */
function beginsValue(before: Token | undefined): boolean {
  if (before === undefined || before.kind === 'newline' || before.kind === 'end') return true;
  if (before.kind === 'name') return beforeValue.has(before.text);
  return before.kind === 'symbol' && !')]}'.includes(before.text) && before.text !== '++' && before.text !== '--';
}

/** How many brackets that nothing closes one bracket may close over. */
const mostCrossed = 100;

/** Closes the innermost bracket of this kind, if no `{` stands between. */
function closeRound(file: File, kind: '(' | '['): void {
  const { opened, closers, tokens } = file;
  let at = opened.length - 1;
  while (opened.length - at < mostCrossed && opened[at]?.kind === (kind === '(' ? '[' : '(')) at--;
  if (opened[at]?.kind !== kind) return;
  const [closed, ...inside] = opened.splice(at);
  for (const one of inside) unclosed(file, one.index);
  if (closed !== undefined) closers[closed.index] = tokens.length;
}

/** Closes the innermost `{`, or the hole that is returned; round brackets that are open inside it stay unclosed. */
function closeCurly(file: File): OpenString | undefined {
  const { opened, closers, tokens } = file;
  const least = opened.findLastIndex(({ kind }) => kind === '{' || kind === 'hole');
  if (least === -1) return undefined;
  for (const one of opened.splice(least + 1)) unclosed(file, one.index);
  const last = opened.pop();
  if (last === undefined) return undefined;
  if (last.kind === 'hole') {
    file.holes.pop();
    if (last.string.quote === '"') file.lineHoles.pop();
    return last.string;
  }
  closers[last.index] = tokens.length;
  return undefined;
}

function unclosed({ tokens, closers, problems }: File, index: number): void {
  const { start, end, text } = tokens[index] ?? { start: 0, end: 0, text: '' };
  closers[index] = tokens.length;
  problems.push({ start, end, message: `the bracket ${text} is not closed` });
}

function string(file: File, quote: Quote): void {
  const index = file.tokens.length;
  const at = file.at + quote.length;
  const open: OpenString = { quote, index, start: file.at, at, from: at, parts: [], broken: false, comments: file.comments.length, problems: file.problems.length };
  // Its place among the tokens, until its end is known.
  file.tokens.push({ kind: 'end', text: '', start: file.at, end: at });
  resume(file, open);
}

/** Reads on in a string, to its end or to its next `${`. */
function resume(file: File, open: OpenString): void {
  const { text, tokens } = file;
  for (;;) {
    const stop = scanString(text, open);
    if (stop.kind === 'path') {
      const from = tokens.length;
      for (const [index, one] of stop.words.entries()) {
        if (index > 0) tokens.push({ kind: 'symbol', text: '.', start: one.start - 1, end: one.start });
        tokens.push({ kind: 'name', text: text.slice(one.start, one.end), ...one });
      }
      tokens.push({ kind: 'end', text: '', start: open.at, end: open.at });
      open.parts.push({ start: stop.start, end: open.at, tokens: from });
    } else if (stop.kind === 'hole') {
      open.parts.push({ start: stop.start, end: stop.start + 2, tokens: tokens.length });
      file.holes.push(file.opened.length);
      if (open.quote === '"') file.lineHoles.push(file.opened.length);
      file.opened.push({ kind: 'hole', index: open.index, string: open });
      file.at = open.at;
      return;
    } else return ended(file, open, stop.end);
  }
}

function ended(file: File, open: OpenString, end: number): void {
  const { tokens, text } = file;
  const { index, start, quote, parts, broken } = open;
  // What a hole takes up is known once its closing brace is.
  const whole = parts.map((part) => (part.tokens === undefined ? part : { ...part, end: holeEnd(tokens, part.tokens, part.end) }));
  // Whoever asks where the token before ends, behind a string with holes, is told the string's end.
  if (tokens.length > index + 1) tokens.push({ kind: 'end', text: '', start: end, end });
  tokens[index] = { kind: 'string', text: '', quote, parts: whole, broken, next: tokens.length, start, end };
  if (broken) file.problems.push({ start, end: Math.min(end, lineEnd(text, start)), message: 'the string does not end, or has an escape that Groovy does not know' });
  file.at = end;
}

/** Where a hole ends: behind its own `end` token, past those of strings inside it. */
function holeEnd(tokens: readonly Token[], from: number, least: number): number {
  for (let at = from; at < tokens.length; ) {
    const token = tokens[at];
    if (token?.kind === 'end') return Math.max(least, token.end);
    at = token?.kind === 'string' ? token.next : at + 1;
  }
  return least;
}

/** At the end of the file inside a hole: its string is taken for a broken one, and what follows is read again. */
function rewound(file: File): boolean {
  const [outermost] = file.holes;
  if (outermost === undefined) return false;
  abandon(file, outermost);
  return file.at < file.text.length;
}

/** Takes the string of this hole for one that is broken, goes back, and on behind it. */
function abandon(file: File, opened: number): void {
  const hole = file.opened[opened];
  if (hole?.kind !== 'hole') return;
  const { tokens, text } = file;
  const { start, quote, index } = hole.string;
  file.opened.length = opened;
  tokens.length = index;
  file.closers.length = Math.min(file.closers.length, index);
  file.comments.length = hole.string.comments;
  file.problems.length = hole.string.problems;
  for (const holes of [file.holes, file.lineHoles]) while ((holes.at(-1) ?? -1) >= opened) holes.pop();
  const closing = quote === '"' ? lineEnd(text, start) : ++file.rewinds > mostRewinds ? -1 : text.indexOf(quote === '$/' ? '/$' : quote, start + quote.length);
  const end = closing === -1 ? text.length : quote === '"' ? closing : closing + quote.length;
  tokens.push({ kind: 'string', text: '', quote, parts: [], broken: true, next: index + 1, start, end });
  file.problems.push({ start, end: Math.min(end, lineEnd(text, start)), message: 'an expression in the string does not end' });
  file.at = end;
}
