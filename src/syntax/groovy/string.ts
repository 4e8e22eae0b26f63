import type { Span } from '../../text/slice.ts';
import { type Cursor, nested, peek, spanFrom } from './cursor.ts';
import { hasParameters, readParameters } from './declared.ts';
import type { StringToken } from './tokens.ts';
import type { GroovyExpression, GroovyString, Unread } from './tree.ts';
import { isExpression } from './walk.ts';

/** The string that stands here, its holes read; unread where it is broken. */
export function readString(cursor: Cursor, token: StringToken): GroovyString | Unread {
  const start = cursor.at;
  const holes = new Map<string, GroovyExpression>();
  const pieces = token.parts.map(({ start: from, end, as, tokens }) => {
    if (tokens === undefined) return as === undefined ? { start: from, end } : { start: from, end, as };
    cursor.at = tokens;
    const value = nested(cursor, () => readHole(cursor, cursor.slice.span(Math.min(from + 1, end), end)));
    const character = cursor.hole();
    holes.set(character.text, character.shared ? { kind: 'unread', at: value.at } : value);
    return { start: from, end, as: character.text };
  });
  cursor.at = token.next;
  const at = spanFrom(cursor, start);
  if (token.broken) return { kind: 'unread', at };
  const slice = pieces.length === 0 ? cursor.slice.slice(token.start + token.quote.length, token.start + token.quote.length) : cursor.slice.cut(pieces);
  return { kind: 'string', slice, holes, quote: token.quote, at };
}

/** What stands in a hole, whose braces are `at`: mostly one expression; nothing is null, and several statements are a closure that is called. */
function readHole(cursor: Cursor, at: Span): GroovyExpression {
  const empty = peek(cursor);
  if (empty.kind === 'end') return { kind: 'literal', value: null, at: cursor.slice.span(empty.start, empty.start) };
  const parameters = hasParameters(cursor) ? readParameters(cursor, '->') : undefined;
  const body = cursor.statements();
  const [only] = body;
  if (parameters === undefined && body.length === 1 && only !== undefined && isExpression(only)) return only;
  const closure = { kind: 'closure' as const, parameters, body, at };
  return parameters === undefined ? { kind: 'call', object: closure, name: undefined, arguments: [], named: [], nameAt: at, at } : closure;
}
