import { lineCount, lineText, rangeOf } from '../text/lines.ts';
import type { Span } from '../text/slice.ts';
import type { Paint, Palette } from './colour.ts';
import { printable, width } from './printable.ts';

/** How many columns of a line are shown at most: beyond, the part around the mark. */
const mostColumns = 120;

/**
 * The line on which the span begins, with the one before it for context, and a caret under each column of the
 * span; one caret for an empty span. Of a span of several lines the first is marked.
 */
export function frame(span: Span, palette: Palette, mark: Paint): readonly string[] {
  const { start, end } = rangeOf(span);
  const line = lineText(span.source, start.line);
  const last = end.line > start.line ? line.length : end.column - 1;
  const digits = String(start.line).length;
  const gutter = (number: string): string => palette.faint(`${number.padStart(digits)} | `);

  const window = around(line, start.column - 1, last);
  const marked = printable(window.before).length === 0 ? '' : ' '.repeat(width(printable(window.before)));
  const caret = '^'.repeat(Math.max(1, width(printable(window.before + window.marked)) - marked.length));
  const above = start.line > 1 && start.line <= lineCount(span.source) ? lineText(span.source, start.line - 1) : '';
  return [
    ...(above.trim() === '' ? [] : [gutter(String(start.line - 1)) + clipped(above)]),
    gutter(String(start.line)) + printable(window.before + window.marked + window.after),
    gutter('') + marked + mark(caret) + (end.line > start.line ? palette.faint(` (to line ${end.line})`) : ''),
  ];
}

/** The part of a long line that holds the mark, with `…` where something is left out. */
function around(line: string, from: number, to: number): { readonly before: string; readonly marked: string; readonly after: string } {
  const room = mostColumns - Math.min(to - from, mostColumns);
  const start = line.length <= mostColumns ? 0 : boundary(line, Math.max(0, Math.min(from - (room >> 1), line.length - mostColumns)));
  const stop = line.length <= mostColumns ? line.length : boundary(line, Math.min(line.length, Math.max(start + mostColumns, from + 1)));
  const end = Math.min(to, stop);
  return { before: (start > 0 ? '…' : '') + line.slice(start, from), marked: line.slice(from, end), after: line.slice(end, stop) + (stop < line.length ? '…' : '') };
}

const clipped = (line: string): string => printable(line.length > mostColumns ? `${line.slice(0, boundary(line, mostColumns))}…` : line);

/** The offset, moved before a pair of surrogates that it would cut. */
const boundary = (text: string, offset: number): number => (/[\ud800-\udbff]/.test(text[offset - 1] ?? '') ? offset - 1 : offset);
