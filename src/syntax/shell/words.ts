import type { DoubleQuotedChild, HereDoc, ParameterExpansionPart, Script as UnbashScript, Word, WordPart as UnbashPart } from 'unbash';
import type { Piece, Slice } from '../../text/slice.ts';
import type { Body, ShellWord, Text, WordPart } from './tree.ts';

/** How a nested script becomes statements; the reader of scripts hands itself in. */
export type ReadBody = (script: UnbashScript, slice: Slice) => Body;

/** The word with every part's extent, decoded text and nested scripts. */
export function readWord(word: Word, slice: Slice, read: ReadBody): ShellWord {
  const parts = word.parts;
  const whole = (all: readonly WordPart[]): ShellWord => ({ slice, start: word.pos, end: word.end, parts: all });
  if (parts === undefined) return whole([text(slice, word.pos, word.end, 'bare', word.value)]);
  if (parts.length > mostParts) return whole([{ kind: 'computed', start: word.pos, end: word.end, quoted: true }]);
  return whole(parts.flatMap((part) => readPart(part, slice, read, 'bare')));
}

/** A word of more parts than this is no word of people; nothing is known of it. */
const mostParts = 1_000;

/** The body of a heredoc. Without parts nothing in it is expanded; escapes are undone all the same where its delimiter is not quoted. */
export function readHeredoc({ body, delimiter, operator }: HereDoc, slice: Slice, read: ReadBody): ShellWord {
  const tabs = operator === '<<-';
  const whole = { slice, start: body.pos, end: body.end };
  const parts = delimiter?.quoted === true || body.parts === undefined ? [text(slice, body.pos, body.end, delimiter?.quoted === true ? 'raw' : 'heredoc')] : body.parts.flatMap((part) => readPart(part, slice, read, 'heredoc'));
  return { ...whole, parts: tabs ? parts.map((part) => (part.kind === 'text' ? withoutTabs(part, slice.text) : part)) : parts };
}

type Mode = 'bare' | 'quoted' | 'heredoc' | 'raw' | 'ansi';

function readPart(part: UnbashPart | DoubleQuotedChild, slice: Slice, read: ReadBody, mode: Mode): WordPart[] {
  const extent = { start: part.pos, end: part.end, quoted: mode !== 'bare' };
  switch (part.type) {
    case 'Literal':
      return [text(slice, part.pos, part.end, mode, mode === 'heredoc' ? undefined : part.value)];
    case 'SingleQuoted':
      return [quotedText(text(slice, part.pos + 1, Math.max(part.pos + 1, part.end - 1), 'raw', part.value), part)];
    case 'AnsiCQuoted':
      return [quotedText(text(slice, part.pos + 2, Math.max(part.pos + 2, part.end - 1), 'ansi', part.value), part)];
    case 'DoubleQuoted':
    case 'LocaleString': {
      // An empty pair of quotes makes an empty word, so it is a part of its own.
      if (part.parts.length === 0) return [{ kind: 'text', text: '', pieces: [{ start: part.pos, end: part.end, as: '' }], ...extent, quoted: true }];
      if (part.parts.length > mostParts) return [{ kind: 'computed', ...extent, quoted: true }];
      return part.parts.flatMap((inner) => readPart(inner, slice, read, 'quoted'));
    }
    case 'SimpleExpansion':
      return [{ kind: 'parameter', name: part.text.replace(/^\$(\\\n)*/, ''), start: part.pos, end: part.end, quoted: mode !== 'bare' }];
    case 'ParameterExpansion':
      return [{ ...extent, ...parameter(part, slice, read) }];
    case 'CommandExpansion':
      return part.script === undefined ? [{ kind: 'computed', ...extent }] : [{ kind: 'command', ...extent, body: nested(part, part.script, slice, read, mode) }];
    case 'ProcessSubstitution':
      return part.script === undefined ? [{ kind: 'computed', ...extent }] : [{ kind: 'process', ...extent, body: nested(part, part.script, slice, read, mode) }];
    case 'ArithmeticExpansion':
      return [{ kind: 'computed', ...extent }];
    case 'Glob':
    case 'ExtendedGlob':
    case 'BraceExpansion':
      return part.parts === undefined || part.parts.every(({ type }) => type === 'Literal') ? [text(slice, part.pos, part.end, 'bare')] : pieced(part, slice, read);
  }
}

/** A part with others in it: these, and the text between them. */
function pieced(part: UnbashPart & { readonly parts?: readonly UnbashPart[] | undefined }, slice: Slice, read: ReadBody): WordPart[] {
  const parts: WordPart[] = [];
  let at = part.pos;
  for (const inner of part.parts ?? []) {
    if (inner.pos > at) parts.push(text(slice, at, inner.pos, 'bare'));
    parts.push(...readPart(inner, slice, read, 'bare'));
    at = Math.max(at, inner.end);
  }
  if (part.end > at) parts.push(text(slice, at, part.end, 'bare'));
  return parts;
}

function parameter(part: ParameterExpansionPart, slice: Slice, read: ReadBody): { kind: 'parameter'; name: string; operator?: string; operand?: ShellWord } {
  const index = part.index === undefined ? '' : `[${part.index.text}]`;
  const name = `${part.parameter}${index}`;
  const { operation } = part;
  if (part.prefix !== undefined) return { kind: 'parameter', name, operator: part.prefix };
  if (operation === undefined) return { kind: 'parameter', name };
  if (operation.type === 'Default' || operation.type === 'Remove') return { kind: 'parameter', name, operator: operation.operator, operand: readWord(operation.operand, slice, read) };
  return { kind: 'parameter', name, operator: 'operator' in operation ? operation.operator : '?' };
}

/** A nested script; escapes inside backquotes are undone first, as its positions count in what is left. */
function nested(part: { readonly pos: number; readonly end: number; readonly text: string }, script: UnbashScript, slice: Slice, read: ReadBody, mode: Mode): Body {
  if (script.source === undefined) return read(script, slice);
  const pieces: Piece[] = [];
  const inside = mode === 'quoted' ? /^[\\$`"]/ : /^[\\$`]/;
  for (let at = part.pos + 1; at < part.end - 1; at++) {
    if (slice.text.charAt(at) === '\\' && inside.test(slice.text.charAt(at + 1))) {
      pieces.push({ start: at, end: at + 2, as: slice.text.charAt(at + 1) });
      at++;
    } else keep(pieces, at, at + 1);
  }
  const inner = slice.cut(pieces);
  return read(script, inner.text === script.source ? inner : slice.cut([{ start: part.pos, end: part.end, as: script.source }]));
}

const quotedText = (part: Text, { pos, end }: { readonly pos: number; readonly end: number }): Text => ({ ...part, start: pos, end, quoted: true });

/** The stretch decoded; where the parser makes something else of it, its text at the whole stretch. */
function text(slice: Slice, start: number, end: number, mode: Mode, referee?: string): Text {
  const pieces: Piece[] = mode === 'raw' ? [{ start, end }] : [...decoded(slice.text, start, end, mode)];
  const own = pieces.map((piece) => piece.as ?? slice.text.slice(piece.start, piece.end)).join('');
  const same = referee === undefined || referee === own;
  // Spelled out: an object that is spread into another has a shape of its own each time, and there are very many of these.
  return { kind: 'text', start, end, quoted: mode !== 'bare', text: same ? own : referee, pieces: same ? pieces : [{ start, end, as: referee }] };
}

function* decoded(source: string, start: number, end: number, mode: Mode): Iterable<Piece> {
  let from = start;
  for (let at = start; at < end; at++) {
    if (source.charAt(at) !== '\\') continue;
    const next = at + 1 < end ? source.charAt(at + 1) : undefined;
    const escape = mode === 'ansi' ? ansi(source, at, end) : next === undefined ? undefined : plainEscape(next, mode);
    if (escape === undefined) continue;
    if (at > from) yield { start: from, end: at };
    // A joined line leaves nothing.
    if (escape.as !== '') yield { start: at, end: at + escape.length, as: escape.as };
    at += escape.length - 1;
    from = at + 1;
  }
  if (end > from) yield { start: from, end };
}

interface Escape {
  readonly as: string;
  readonly length: number;
}

function plainEscape(next: string, mode: Mode): Escape | undefined {
  if (next === '\n') return { as: '', length: 2 };
  if (mode === 'bare' || /[\\$`]/.test(next) || (mode === 'quoted' && next === '"')) return { as: next, length: 2 };
  return undefined;
}

const letters: Readonly<Record<string, string>> = { a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?', '\n': '' };

/** An escape of `$'…'`; bytes above 127 are left to the parser's reading. */
function ansi(source: string, at: number, end: number): Escape | undefined {
  const next = source.charAt(at + 1);
  if (Object.hasOwn(letters, next)) return { as: letters[next] ?? '', length: 2 };
  const number = /^(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(source.slice(at + 1, Math.min(end, at + 10)));
  if (number === null) return undefined;
  const [whole, octal, hex, short, long] = number;
  const code = octal === undefined ? Number.parseInt(hex ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8) & 0xff;
  return code > 0 && code <= 0x10ffff ? { as: String.fromCodePoint(code), length: whole.length + 1 } : undefined;
}

function withoutTabs(part: Text, source: string): Text {
  const pieces: Piece[] = [];
  for (const piece of part.pieces) {
    if (piece.as !== undefined) {
      pieces.push(piece);
      continue;
    }
    for (let at = piece.start; at < piece.end; ) {
      // Tabs at a line's start go; the part may begin in the middle of a line.
      if (at === 0 || source.charAt(at - 1) === '\n') while (at < piece.end && source.charAt(at) === '\t') at++;
      const newline = source.indexOf('\n', at);
      const end = newline === -1 || newline >= piece.end ? piece.end : newline + 1;
      if (end > at) keep(pieces, at, end);
      at = end;
    }
  }
  return { ...part, pieces, text: pieces.map(({ start, end, as }) => as ?? source.slice(start, end)).join('') };
}

/** Adds the kept stretch, as one with the stretch before where they touch. */
function keep(pieces: Piece[], start: number, end: number): void {
  const before = pieces.at(-1);
  if (before !== undefined && before.as === undefined && before.end === start) pieces[pieces.length - 1] = { start: before.start, end };
  else pieces.push({ start, end });
}
