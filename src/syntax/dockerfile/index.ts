import type { Piece, Slice, Span } from '../../text/slice.ts';
import { type Escape, jsonStrings, unquoted, wordsIn } from './words.ts';

/** A Dockerfile taken apart into instructions, by the rules of BuildKit's parser. */
export interface DockerfileTree {
  readonly escape: Escape;
  readonly instructions: readonly Instruction[];
  readonly comments: readonly Span[];
  readonly problems: readonly { readonly at: Span; readonly message: string }[];
}

/** One instruction, known to Docker or not. */
export interface Instruction {
  /** In upper case, as `FROM`; whatever word stands there, known or not. */
  readonly keyword: string;
  readonly flags: readonly Flag[];
  /** What follows the keyword and its flags, in one line: continuations, comments and empty lines inside are cut out. */
  readonly rest: Slice;
  /** `rest` as a shell is to read it: with its heredocs, or the heredoc alone where `RUN <<EOF` is all there is. */
  readonly script: Slice;
  readonly heredocs: readonly Heredoc[];
  /** Of ONBUILD: the instruction that it holds back. */
  readonly trigger?: Instruction;
  /** From the keyword to its last character, heredocs included. */
  readonly at: Span;
}

/** `--from=builder`, between the keyword and the rest. */
export interface Flag {
  /** In lower case, without dashes. */
  readonly name: string;
  /** Undefined for a flag without `=`. */
  readonly value?: Slice;
  readonly at: Span;
}

/** A text that is written below its instruction. */
export interface Heredoc {
  readonly name: string;
  /** Without the terminator; leading tabs are gone where it is `<<-`. */
  readonly body: Slice;
  /** Whether the builder replaces variables in it: not where its name is quoted. */
  readonly expands: boolean;
}

/** More than this many instructions are nobody's Dockerfile; what follows is not read. */
export const mostInstructions = 5_000;
/** The same of the lines of one instruction, its heredocs aside. */
const mostLines = 20_000;

/**
 * Reads a Dockerfile. Linear in its length; never throws: an unterminated heredoc, a wrong `# escape` or NUL characters
 * are problems, and what can be read around them is.
 */
export function readDockerfile(slice: Slice): DockerfileTree {
  const { text } = slice;
  if (text.includes('\0')) return { escape: '\\', instructions: [], comments: [], problems: [{ at: slice.span(0, 0), message: 'the file holds NUL characters, so it is no Dockerfile' }] };
  const problems: { at: Span; message: string }[] = [];
  const comments: Span[] = [];
  const instructions: Instruction[] = [];
  const lines = linesOf(text);
  const { escape, wrong } = escapeDirective(lines, text);
  if (wrong !== undefined) problems.push({ at: slice.span(wrong.start, wrong.end), message: `the escape character is \\ or \`, not ${text.slice(wrong.start, wrong.end)}` });
  const file: File = { slice, lines, escape, comments, problems, next: 0 };
  while (file.next < lines.length) {
    if (instructions.length === mostInstructions) {
      problems.push({ at: slice.span(lines[file.next]?.start ?? 0, lines[file.next]?.end ?? 0), message: `more than ${mostInstructions} instructions; the rest is not read` });
      break;
    }
    const instruction = nextInstruction(file);
    if (instruction !== undefined) instructions.push(instruction);
  }
  return { escape, instructions, comments, problems };
}

interface Line {
  readonly start: number;
  /** Before the line break. */
  readonly end: number;
}

/** The file while it is read; `next` is the line that comes next. */
interface File {
  readonly slice: Slice;
  readonly lines: readonly Line[];
  readonly escape: Escape;
  readonly comments: Span[];
  readonly problems: { at: Span; message: string }[];
  next: number;
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = text.startsWith('\ufeff') ? 1 : 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const next = feed === -1 ? text.length : feed + 1;
    let end = feed === -1 ? text.length : feed;
    while (end > start && text[end - 1] === '\r') end--;
    lines.push({ start, end });
    start = next;
  }
  return lines;
}

/** The `# escape=` directive: before everything else but other directives. */
function escapeDirective(lines: readonly Line[], text: string): { readonly escape: Escape; readonly wrong?: Line } {
  for (const { start, end } of lines) {
    const [whole, name, value] = /^\s*#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(\S.*)$/.exec(text.slice(start, Math.min(end, start + 1_000))) ?? [];
    if (whole === undefined || name === undefined || value === undefined || !['escape', 'syntax', 'check'].includes(name.toLowerCase())) break;
    if (name.toLowerCase() !== 'escape') continue;
    const given = value.trim();
    if (given === '\\' || given === '`') return { escape: given };
    return { escape: '\\', wrong: { start: start + whole.length - value.length, end: start + whole.length - value.length + given.length } };
  }
  return { escape: '\\' };
}

function nextInstruction(file: File): Instruction | undefined {
  const pieces = logicalLine(file);
  const [first] = pieces;
  const last = pieces.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const line = file.slice.cut(pieces);
  if (line.text.trim() === '') return undefined;
  return instructionOf(file, line, pieces, first.start, last.end);
}

/** The stretches of the file that make one instruction's line, continuations undone; empty for a comment or an empty line. */
function logicalLine(file: File): readonly Piece[] {
  const { text } = file.slice;
  const pieces: Piece[] = [];
  for (let first = true; file.next < file.lines.length; ) {
    const line = file.lines[file.next++];
    if (line === undefined) break;
    const start = line.start + blanks(text, line.start, line.end);
    if (start < line.end && text[start] === '#') {
      file.comments.push(file.slice.span(start, line.end));
      if (first) return [];
      continue;
    }
    if (start === line.end) {
      if (first) return [];
      continue;
    }
    const cut = continuation(text, line, file.escape);
    const from = first ? start : line.start;
    if (pieces.length === mostLines) file.problems.push({ at: file.slice.span(line.start, line.end), message: `an instruction of more than ${mostLines} lines; the rest of it is not read` });
    if ((cut ?? line.end) > from && pieces.length <= mostLines) pieces.push({ start: from, end: cut ?? line.end });
    first = false;
    if (cut === undefined) break;
  }
  return pieces;
}

function blanks(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && /\s/.test(text.charAt(at))) at++;
  return at - from;
}

/** Where the escape character stands that joins this line to the next; undefined where the line ends here. */
function continuation(text: string, { start, end }: Line, escape: Escape): number | undefined {
  let at = end - 1;
  while (at >= start && (text[at] === ' ' || text[at] === '\t')) at--;
  return at >= start && text[at] === escape && (at === start || text[at - 1] !== escape) ? at : undefined;
}

function instructionOf(file: File, line: Slice, pieces: readonly Piece[], start: number, end: number): Instruction | undefined {
  const head = headOf(line, file.escape);
  if (head === undefined) return undefined;
  const { keyword, flags, rest } = head;
  if (keyword === 'ONBUILD') {
    const trigger = instructionOf(file, line.slice(rest), shifted(pieces, rest), start, end);
    const at = trigger === undefined ? file.slice.span(start, end) : { ...trigger.at, start: file.slice.span(start, end).start };
    return { keyword, flags, rest: line.slice(rest), script: line.slice(rest), heredocs: [], ...(trigger === undefined ? {} : { trigger }), at };
  }
  const text = line.slice(rest, line.text.trimEnd().length);
  const before = file.lines[file.next - 1]?.end ?? end;
  const heredocs = ['RUN', 'COPY', 'ADD'].includes(keyword) && text.text.includes('<<') && jsonStrings(text) === undefined ? heredocsOf(file, text) : [];
  const after = heredocs.length === 0 ? end : (file.lines[file.next - 1]?.end ?? end);
  return { keyword, flags, rest: text, script: scriptOf(file, text, heredocs, shifted(pieces, rest), { start: before, end: after }), heredocs, at: file.slice.span(start, after) };
}

/** The pieces without their first characters: those that an instruction's keyword and flags take. */
function shifted(pieces: readonly Piece[], by: number): readonly Piece[] {
  let left = by;
  return pieces.flatMap((piece) => {
    const taken = Math.min(left, piece.end - piece.start);
    left -= taken;
    return piece.start + taken < piece.end ? [{ ...piece, start: piece.start + taken }] : [];
  });
}

/** Keyword, flags and where the rest begins. */
function headOf(line: Slice, escape: Escape): { readonly keyword: string; readonly flags: readonly Flag[]; readonly rest: number } | undefined {
  const { text } = line;
  const [, lead = '', keyword] = /^(\s*)(\S+)\s*/.exec(text) ?? [];
  if (keyword === undefined) return undefined;
  let at = lead.length + keyword.length;
  at += blanks(text, at, text.length);
  const flags: Flag[] = [];
  while (text.startsWith('--', at)) {
    const end = flagEnd(text, at, escape);
    const [, name = '', equals] = /^--([^=\s]*)(=?)/.exec(text.slice(at, end)) ?? [];
    const value = equals === '=' ? line.slice(at + 3 + name.length, end) : undefined;
    const next = end + blanks(text, end, text.length);
    if (name === '') {
      at = next;
      break;
    }
    flags.push({ name: name.toLowerCase(), ...(value === undefined ? {} : { value }), at: line.span(at, end) });
    at = next;
  }
  return { keyword: keyword.toUpperCase(), flags, rest: at };
}

/** Where a flag's word ends: at a blank that is neither quoted nor escaped. */
function flagEnd(text: string, from: number, escape: Escape): number {
  let quote = '';
  let at = from;
  for (; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote !== "'" && character === escape) at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) break;
  }
  return Math.min(at, text.length);
}

const heredocWord = /^\d*<<(-?)\s*([^<]+)$/;

/** The heredocs that a line announces, read from the lines that follow it. */
function heredocsOf(file: File, line: Slice): readonly (Heredoc & { readonly alone: boolean })[] {
  const { slice, lines } = file;
  return [...wordsIn(line.text, '\\')].flatMap(({ start: from, end: to }) => {
    const text = line.text.slice(from, to);
    const [, dash, rest] = heredocWord.exec(text) ?? [];
    if (rest === undefined) return [];
    const quoted = /['"]/.test(rest);
    const name = quoted ? unquoted(rest) : (/^[^\s;&|()>]+/.exec(rest)?.[0] ?? '');
    if (name === '') return [];
    const tabs = dash === '-';
    const alone = text === line.text.trim();
    const pieces: Piece[] = [];
    const begun = file.next;
    for (; file.next < lines.length; file.next++) {
      const { start, end } = lines[file.next] ?? { start: 0, end: 0 };
      const inner = tabs ? start + (/^\t*/.exec(slice.text.slice(start, Math.min(end, start + 200)))?.[0].length ?? 0) : start;
      if (end - inner === name.length && slice.text.startsWith(name, inner)) {
        file.next++;
        return [{ name, expands: !quoted, body: bodyOf(slice, pieces, start), alone }];
      }
      pieces.push({ start: inner, end: lines[file.next + 1]?.start ?? slice.text.length });
    }
    file.problems.push({ at: line.span(from, to), message: `the heredoc ${name} does not end` });
    return [{ name, expands: !quoted, body: bodyOf(slice, pieces, lines[begun]?.start ?? slice.text.length), alone }];
  });
}

const bodyOf = (slice: Slice, pieces: readonly Piece[], at: number): Slice => (pieces.length === 0 ? slice.slice(at, at) : slice.cut(pieces));

function scriptOf(file: File, rest: Slice, heredocs: readonly (Heredoc & { readonly alone: boolean })[], pieces: readonly Piece[], below: Line): Slice {
  const [first] = heredocs;
  if (first === undefined) return rest;
  if (first.alone) return first.body;
  return file.slice.cut([...pieces, below]);
}
