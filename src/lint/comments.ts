import { lineCount, lineText, offsetAt, positionAt } from '../text/lines.ts';
import type { Source, Span } from '../text/slice.ts';

/** A comment that may be meant for dindlint, without its marks; of one over several lines, one line of it. */
export interface Remark {
  readonly text: string;
  /** The text alone. */
  readonly at: Span;
  /** The line that it stands on. */
  readonly line: number;
  /** The line below the comment that is no comment itself: past the last line where there is none. */
  readonly below: number;
  /** Whether anything but blanks stands before the comment on its line. */
  readonly trails: boolean;
}

/** What a comment must begin with to be one of ours, whatever follows. */
const word = 'dindlint-';

/**
 * The remarks of a file: in the comments that its own syntax has, and in what other languages write for one inside the
 * values of the file (shell in a block of YAML, YAML in a string of Groovy): `#`, `//` and `/*` at the head of a line, or
 * after a blank and outside the quotes of that line. In their order.
 */
export function remarks(source: Source, comments: readonly Span[]): readonly Remark[] {
  if (!source.text.includes(word)) return [];
  const own = comments.filter((span) => span.source.path === source.path && source.text.slice(span.start, span.end).includes(word));
  const found = new Map<number, Remark>();
  const below = nextCode(source);
  for (const span of [...own, ...embedded(source)]) for (const remark of linesOf(span, below)) if (!found.has(remark.at.start)) found.set(remark.at.start, remark);
  return [...found.values()].sort((a, b) => a.at.start - b.at.start);
}

/** Each line of a comment that begins with the word, without the marks around it. */
function linesOf({ source, start, end }: Span, nextBelow: (line: number) => number): readonly Remark[] {
  const whole = source.text.slice(start, end);
  const closed = whole.startsWith('/*') ? whole.replace(/\*\/\s*$/, '') : whole;
  const below = nextBelow(positionAt(source, Math.max(start, start + whole.trimEnd().length - 1)).line);
  let at = start;
  return closed.split(/(\r\n|\n|\r)/).flatMap((line) => {
    const from = at;
    at += line.length;
    const marks = /^[ \t]*(?:#+|\/\/+|\/?\*+)?[ \t]*/.exec(line)?.[0] ?? '';
    const text = line.slice(marks.length).trimEnd();
    if (!text.startsWith(word)) return [];
    const position = positionAt(source, from);
    const before = lineText(source, position.line).slice(0, position.column - 1);
    return [{ text, at: { source, start: from + marks.length, end: from + marks.length + text.length }, line: position.line, below, trails: before.trim() !== '' }];
  });
}

/** By a line, the first one below it that is no comment from its beginning. */
function nextCode(source: Source): (line: number) => number {
  const last = lineCount(source);
  const next = new Uint32Array(last + 1);
  for (let line = last, code = last + 1; line >= 0; line--) {
    next[line] = code;
    if (!/^[ \t]*(?:#|\/\/)/.test(lineText(source, line))) code = line;
  }
  return (line) => next[line] ?? last + 1;
}

/** What reads as a comment of ours on a line of its own, or behind something that is no open quote. */
function embedded(source: Source): readonly Span[] {
  const spans: Span[] = [];
  for (let at = source.text.indexOf(word); at >= 0; at = source.text.indexOf(word, at + word.length)) {
    const { line } = positionAt(source, at);
    const text = lineText(source, line);
    const start = offsetAt(source, { line, column: 1 }) ?? 0;
    const mark = markIn(text, at - start);
    if (mark === undefined) continue;
    const close = text.startsWith('/*', mark) ? text.indexOf('*/', at - start) : -1;
    spans.push({ source, start: start + mark, end: start + (close < 0 ? text.length : close + 2) });
  }
  return spans;
}

/** Where the comment begins whose text begins at `at`; undefined where that is no beginning of a comment. */
function markIn(line: string, at: number): number | undefined {
  const mark = /(?:^|[ \t])(#+|\/\/+|\/\*+)[ \t]*$/.exec(line.slice(0, at))?.[1];
  if (mark === undefined) return undefined;
  const start = line.lastIndexOf(mark, at - 1);
  const before = line.slice(0, start);
  return before.trim() === '' || !quoted(before) ? start : undefined;
}

/** Whether a quote is open at the end of this text, or a comment has begun in it. Three quotes open a text of several lines. */
function quoted(text: string): boolean {
  let open = '';
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === '\\' && open !== "'") index++;
    else if (open === '' && /['"]/.test(character)) {
      if (text.startsWith(character.repeat(3), index)) index += 2;
      else open = character;
    } else if (character === open) open = '';
    else if (open === '' && character === '#' && /^$|\s/.test(text.charAt(index - 1))) return true;
  }
  return open !== '';
}
