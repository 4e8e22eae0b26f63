import { positionAt } from '../text/lines.ts';
import type { Span } from '../text/slice.ts';
import { printable } from './printable.ts';

/** `path:line:column`, as terminals and editors make a link of it. */
export function placeOf({ source, start }: Span): string {
  const { line, column } = positionAt(source, start);
  return `${printable(source.path)}:${line}:${column}`;
}

/** `1 error`, `2 errors`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
