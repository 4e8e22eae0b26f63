import type { Source, Span } from './slice.ts';

/** A place as people count it: line and column from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** From the first character to just past the last. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Where this offset is; one outside the text is taken for the nearest end of it. */
export function positionAt(source: Source, offset: number): Position {
  const starts = lineStarts(source);
  const at = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
}

/** The span's two ends. */
export const rangeOf = ({ source, start, end }: Span): Range => ({ start: positionAt(source, start), end: positionAt(source, end) });

/** The offset of this place; undefined past the last line, the line's end past its last column. */
export function offsetAt(source: Source, { line, column }: Position): number | undefined {
  const start = lineStarts(source)[line - 1];
  return start === undefined ? undefined : start + Math.max(0, Math.min(column - 1, lineText(source, line).length));
}

/** The text of a line, counted from 1, without its end; empty past the last. */
export function lineText(source: Source, line: number): string {
  const starts = lineStarts(source);
  const start = starts[line - 1];
  if (start === undefined) return '';
  return source.text.slice(start, starts[line] ?? source.text.length).replace(/[\r\n]+$/, '');
}

/** How many lines the text has; one that ends with a line's end has an empty last one, as in an editor. */
export const lineCount = (source: Source): number => lineStarts(source).length;

const known = new WeakMap<Source, readonly number[]>();

/** `\n`, `\r\n` and a lone `\r` end a line, as they do in YAML and in editors. */
function lineStarts(source: Source): readonly number[] {
  const kept = known.get(source);
  if (kept !== undefined) return kept;
  const starts = [0];
  for (const { index, 0: end } of source.text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  known.set(source, starts);
  return starts;
}
