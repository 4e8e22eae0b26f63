import { type Cursor, accept, expect, peek, problem, skipNewlines, skipToken, spanFrom, stands, tried } from './cursor.ts';
import type { Call, Entry, GroovyExpression } from './tree.ts';

/** What a call is given, but closures behind its parentheses. */
export type Given = Pick<Call, 'arguments' | 'named'>;

/** The arguments in the parentheses that open here. */
export function readArguments(cursor: Cursor): Given {
  expect(cursor, '(');
  return sorted(readItems(cursor, ')'));
}

/** The arguments of a call without parentheses, up to the end of its line; at least one stands here. One that cannot be read is unread. */
export function readBareArguments(cursor: Cursor): Given {
  const items: (GroovyExpression | Entry)[] = [];
  do {
    skipNewlines(cursor);
    items.push(
      tried<GroovyExpression | Entry>(cursor, () => readItem(cursor), (start) => {
        problem(cursor, start);
        while (!stands(cursor, ',') && !stands(cursor, ';') && !stands(cursor, '}') && peek(cursor).kind !== 'newline' && peek(cursor).kind !== 'end') skipToken(cursor);
        return { kind: 'unread', at: spanFrom(cursor, start) };
      }),
    );
  } while (accept(cursor, ','));
  return sorted(items);
}

/** The items of a list, a map or an argument list, up to this bracket, which is stepped over. One that cannot be read is unread. */
export function readItems(cursor: Cursor, end: ')' | ']'): readonly (GroovyExpression | Entry)[] {
  const items: (GroovyExpression | Entry)[] = [];
  skipNewlines(cursor);
  while (!accept(cursor, end)) {
    if (peek(cursor).kind === 'end' || stands(cursor, '}')) {
      // The bracket is not closed, which is a problem already; what stood in it is read.
      return items;
    }
    items.push(
      tried<GroovyExpression | Entry>(
        cursor,
        () => {
          const item = readItem(cursor);
          skipNewlines(cursor);
          if (!ends(cursor, end)) cursor.at = notAnItem(cursor);
          return item;
        },
        (start) => {
          problem(cursor, start);
          while (!ends(cursor, end) && peek(cursor).kind !== 'end') skipToken(cursor);
          return { kind: 'unread', at: spanFrom(cursor, start) };
        },
      ),
    );
    skipNewlines(cursor);
    if (stands(cursor, ',')) skipCommas(cursor);
    else if (!stands(cursor, end) && peek(cursor).kind !== 'end' && !stands(cursor, '}')) cursor.at++;
    skipNewlines(cursor);
  }
  return items;
}

/** One comma, or several with nothing between them, which Groovy 2.4 takes for one. */
function skipCommas(cursor: Cursor): void {
  do {
    cursor.at++;
    skipNewlines(cursor);
  } while (stands(cursor, ','));
}

const ends = (cursor: Cursor, end: string): boolean => stands(cursor, ',') || stands(cursor, end) || stands(cursor, '}') || peek(cursor).kind === 'end';

/** Something follows an item that belongs to nothing: it is skipped, and the item kept. */
function notAnItem(cursor: Cursor): number {
  problem(cursor, cursor.at);
  while (!stands(cursor, ',') && !stands(cursor, ')') && !stands(cursor, ']') && !stands(cursor, '}') && peek(cursor).kind !== 'end') skipToken(cursor);
  return cursor.at;
}

function readItem(cursor: Cursor): GroovyExpression | Entry {
  const start = cursor.at;
  if (accept(cursor, '*:')) {
    const value = cursor.expression();
    const at = spanFrom(cursor, start);
    return { name: undefined, key: { kind: 'spread', value, at }, value, at };
  }
  if (accept(cursor, '*')) {
    const value = cursor.expression();
    return { kind: 'spread', value, at: spanFrom(cursor, start) };
  }
  const token = peek(cursor);
  // A keyword may be a key too.
  if ((token.kind === 'name' || token.kind === 'number') && stands(cursor, ':', 1)) {
    cursor.at += 2;
    const at = cursor.slice.span(token.start, token.end);
    return entry(cursor, start, token.text, token.kind === 'name' ? { kind: 'name', name: token.text, at } : { kind: 'literal', value: Number(token.text), at });
  }
  const item = cursor.expression();
  if (!accept(cursor, ':')) return item;
  return entry(cursor, start, item.kind === 'string' && item.holes.size === 0 ? item.slice.text : undefined, item);
}

function entry(cursor: Cursor, start: number, name: string | undefined, key: GroovyExpression): Entry {
  skipNewlines(cursor);
  const value = cursor.expression();
  return { name, key, value, at: spanFrom(cursor, start) };
}

export const isEntry = (item: GroovyExpression | Entry): item is Entry => !('kind' in item);

function sorted(items: readonly (GroovyExpression | Entry)[]): Given {
  const given: GroovyExpression[] = [];
  const named: Entry[] = [];
  for (const item of items) {
    if (isEntry(item)) named.push(item);
    else given.push(item);
  }
  return { arguments: given, named };
}
