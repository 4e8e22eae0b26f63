import type { Edit } from './slice.ts';

/**
 * The text after all edits of this one source, whose spans are of the text as it stands; undefined where two of
 * them overlap, since no order of applying them would be what both meant. Equal edits count once; two
 * insertions at one place overlap unless they are equal.
 */
export function edited(text: string, edits: readonly Edit[]): string | undefined {
  const sorted = [...edits].sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
  let result = '';
  let last: Edit | undefined;
  for (const edit of sorted) {
    if (last !== undefined && equal(last, edit)) continue;
    if (edit.at.start < 0 || edit.at.end > text.length || edit.at.end < edit.at.start) return undefined;
    if (last !== undefined && (edit.at.start < last.at.end || edit.at.start === last.at.start)) return undefined;
    result += text.slice(last?.at.end ?? 0, edit.at.start) + edit.text;
    last = edit;
  }
  return result + text.slice(last?.at.end ?? 0);
}

const equal = (a: Edit, b: Edit): boolean => a.at.start === b.at.start && a.at.end === b.at.end && a.text === b.text;
