import type { Piece } from '../../text/slice.ts';

/** How a scalar is written: where it begins, its source text, and for a block its header and the indentation around it. */
export interface ScalarSource {
  readonly style: 'plain' | 'single' | 'double' | 'block';
  /** Of `source` in the text that was parsed. */
  readonly offset: number;
  readonly source: string;
  /** `|2-`; empty for flow scalars. */
  readonly header: string;
  readonly indent: number;
}

/** The pieces of the text that make the scalar's value, by the folding and escaping rules of YAML 1.2; always at least one. */
export function decoded(scalar: ScalarSource): readonly Piece[] {
  const pieces: Piece[] = [];
  if (scalar.style === 'block') block(scalar, pieces);
  else if (scalar.style === 'double') double(scalar, pieces);
  else folded(scalar, pieces);
  return pieces;
}

/** Plain and single-quoted: lines are trimmed, one break is a blank, more are one less. */
function folded({ style, offset, source }: ScalarSource, pieces: Piece[]): void {
  const quote = style === 'single' ? 1 : 0;
  const to = quote === 1 && source.length > 1 && source.endsWith("'") ? source.length - 1 : source.length;
  let start = quote;
  let breaks = 0;
  let gap = -1;
  for (let first = true; ; first = false) {
    const newline = source.indexOf('\n', start);
    const last = newline < 0 || newline >= to;
    let end = last ? to : newline;
    if (!last && source[end - 1] === '\r' && end > start) end--;
    let from = start;
    if (!first) while (from < end && blank(source[from])) from++;
    if (!last) while (end > from && blank(source[end - 1])) end--;
    if (first) {
      keep(source, offset, from, end, quote === 1, pieces);
      gap = end;
    } else if (from < end || last) {
      pieces.push({ start: offset + gap, end: offset + from, as: breaks === 0 ? ' ' : '\n'.repeat(breaks) });
      keep(source, offset, from, end, quote === 1, pieces);
      breaks = 0;
      gap = end;
    } else breaks++;
    if (last) break;
    start = newline + 1;
  }
  if (pieces.every(({ start: from, end }) => from === end)) pieces.push({ start: offset, end: offset + source.length, as: '' });
}

function keep(source: string, offset: number, from: number, to: number, single: boolean, pieces: Piece[]): void {
  let start = from;
  if (single) {
    for (let quote = source.indexOf("''", start); quote >= 0 && quote + 1 < to; quote = source.indexOf("''", start)) {
      if (quote > start) pieces.push({ start: offset + start, end: offset + quote });
      pieces.push({ start: offset + quote, end: offset + quote + 2, as: "'" });
      start = quote + 2;
    }
  }
  if (to > start) pieces.push({ start: offset + start, end: offset + to });
}

const escapes: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029', ' ': ' ', '"': '"', '/': '/', '\\': '\\', '\t': '\t',
};

function double({ offset, source }: ScalarSource, pieces: Piece[]): void {
  const to = source.length > 1 && source.endsWith('"') ? source.length - 1 : source.length;
  let run = 1;
  let index = 1;
  const flush = (end: number): void => {
    if (end > run) pieces.push({ start: offset + run, end: offset + end });
  };
  while (index < to) {
    const character = source[index];
    if (character === '\\') {
      flush(index);
      const start = index;
      const [as, length] = escape(source, index + 1);
      index += 1 + length;
      pieces.push({ start: offset + start, end: offset + index, as });
      run = index;
    } else if (character === '\n' || blank(character) || character === '\r') {
      let end = index;
      let breaks = 0;
      while (end < to && (blank(source[end]) || source[end] === '\n' || source[end] === '\r')) if (source[end++] === '\n') breaks++;
      if (breaks > 0) {
        flush(index);
        pieces.push({ start: offset + index, end: offset + end, as: breaks === 1 ? ' ' : '\n'.repeat(breaks - 1) });
        run = end;
      }
      index = end;
    } else index++;
  }
  flush(to);
  if (pieces.every(({ start, end }) => start === end)) pieces.push({ start: offset, end: offset + source.length, as: '' });
}

/** What the escape after a backslash means, and how many characters it takes; a broken line takes the next line's indentation too. */
function escape(source: string, at: number): readonly [as: string, length: number] {
  const character = source[at] ?? '';
  if (character === '\n' || (character === '\r' && source[at + 1] === '\n')) {
    let end = at + (character === '\r' ? 2 : 1);
    while (blank(source[end])) end++;
    return ['', end - at];
  }
  const digits = { x: 2, u: 4, U: 8 }[character];
  if (digits === undefined) return [escapes[character] ?? `\\${character}`, 1];
  const code = Number.parseInt(source.slice(at + 1, at + 1 + digits), 16);
  return [code <= 0x10ffff ? String.fromCodePoint(code) : '', 1 + digits];
}

interface Line {
  /** Of the first character, of the first that is no blank, and of the line break. */
  readonly start: number;
  readonly content: number;
  readonly end: number;
}

function block({ offset, source, header, indent }: ScalarSource, pieces: Piece[]): void {
  const literal = header.startsWith('|');
  const explicit = Number(/\d/.exec(header)?.[0] ?? 0);
  const lines = linesOf(source);
  const empty = ({ content, end }: Line): boolean => content === end;
  let chomp = lines.length;
  while (chomp > 0 && empty(lines[chomp - 1] ?? none)) chomp--;
  const firstText = lines.findIndex((line) => !empty(line));
  const margin = explicit > 0 ? indent + explicit : firstText < 0 ? Number.POSITIVE_INFINITY : indentOf(lines[firstText] ?? none);
  const contentEnd = chomp;
  for (let index = lines.length - 1; index >= contentEnd && contentEnd > 0; index--) if (indentOf(lines[index] ?? none) > margin) chomp = Math.max(chomp, index + 1);
  const past = (line: Line): number => Math.min(line.content, line.start + margin);
  const push = (start: number, end: number, as?: string): void => {
    if (as !== undefined || end > start) pieces.push({ start: offset + start, end: offset + end, ...(as === undefined ? {} : { as }) });
  };
  let from = 0;
  for (const line of contentEnd === 0 ? [] : lines.slice(0, firstText)) {
    push(past(line), line.content);
    from = line.end;
    push(from, next(source, from), '\n');
    from = next(source, from);
  }
  let separator = '';
  let more = false;
  for (const line of lines.slice(Math.max(firstText, 0), contentEnd === 0 ? 0 : chomp)) {
    const start = past(line);
    if (literal) {
      push(from, start, separator);
      push(start, line.end);
      separator = '\n';
    } else if (indentOf(line) > margin || source[line.content] === '\t') {
      push(from, start, separator === ' ' ? '\n' : !more && separator.startsWith('\n') ? `${separator}\n` : separator);
      push(start, line.end);
      separator = '\n';
      more = true;
    } else if (empty(line)) {
      separator = separator.startsWith('\n') ? `${separator}\n` : '\n';
      continue;
    } else {
      push(from, start, separator);
      push(start, line.end);
      separator = ' ';
      more = false;
    }
    from = line.end;
  }
  chomped(source, lines, contentEnd === 0 ? 0 : chomp, from, /[+-]/.exec(header)?.[0], margin, push);
  if (pieces.every(({ as }) => as === '')) pieces.push({ start: offset, end: offset + source.length, as: '' });
}

function chomped(source: string, lines: readonly Line[], chomp: number, from: number, how: string | undefined, margin: number, push: (start: number, end: number, as?: string) => void): void {
  const end = next(source, from);
  if (how === '-') return;
  if (how !== '+') {
    if (chomp > 0) push(from, end, '\n');
    return;
  }
  if (chomp === 0) {
    if (lines.length > 0) push(0, source.length, '\n'.repeat(Math.max(1, lines.length - 1)));
    return;
  }
  let text = '';
  for (const line of lines.slice(chomp)) text += `\n${' '.repeat(Math.max(0, indentOf(line) - margin))}`;
  push(from, source.length, text.endsWith('\n') ? text : `${text}\n`);
}

function linesOf(source: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; ; ) {
    const newline = source.indexOf('\n', start);
    const stop = newline < 0 ? source.length : newline;
    const end = stop > start && source[stop - 1] === '\r' ? stop - 1 : stop;
    let content = start;
    while (content < end && source[content] === ' ') content++;
    lines.push({ start, content, end });
    if (newline < 0) return lines;
    start = newline + 1;
  }
}

const none: Line = { start: 0, content: 0, end: 0 };
const indentOf = ({ start, content }: Line): number => content - start;
const blank = (character: string | undefined): boolean => character === ' ' || character === '\t';

/** The offset after the line break that stands here. */
function next(source: string, at: number): number {
  if (source[at] === '\r' && source[at + 1] === '\n') return at + 2;
  return source[at] === '\n' ? at + 1 : at;
}
