import type { Slice, Span } from '../../text/slice.ts';
import type { GroovyTokens, Token } from './tokens.ts';
import type { GroovyExpression, GroovyStatement } from './tree.ts';

/** A file while its tokens are made a tree. */
export interface Cursor {
  readonly slice: Slice;
  readonly tokens: readonly Token[];
  readonly closers: GroovyTokens['closers'];
  readonly problems: { at: Span; message: string }[];
  /** Gives a character for the next hole; once there are none left, the last one again, which holes then share. */
  readonly hole: () => { readonly text: string; readonly shared: boolean };
  /** The statements up to here: a `}`, the end, or what `stops`. */
  readonly statements: (stops?: (token: Token) => boolean) => readonly GroovyStatement[];
  readonly expression: () => GroovyExpression;
  /** One that may be a call without parentheses. */
  readonly bareExpression: () => GroovyExpression;
  /** The members of a class of this name, from its `{` to behind its `}`. */
  readonly members: (name: string) => readonly GroovyStatement[];
  at: number;
  /** How many of the readers here have called each other. */
  depth: number;
  /** How high the tree is that has been read since the innermost of them began. */
  height: number;
}

/** What is nested more deeply is skipped: a tree that whoever walks it can descend without a bound of his own. */
const deepest = 400;
const highest = 1_000;

/** Thrown where the tokens make no sense, and caught by `tried` around the statement or item that they stand in. */
const unreadable = new Error('unreadable');

export function fail(): never {
  throw unreadable;
}

/** Reads something inside something else. */
export function nested<T>(cursor: Cursor, read: () => T): T {
  const { depth, height } = cursor;
  if (depth >= deepest) return fail();
  cursor.depth++;
  cursor.height = 0;
  try {
    return read();
  } finally {
    cursor.depth = depth;
    cursor.height = Math.max(height, cursor.height + 1);
  }
}

/** To be said where a link is added to a chain such as `a.b.c`, which is a tree as high as the chain is long. */
export function linked(cursor: Cursor): void {
  if (++cursor.height > highest) fail();
}

/** What `read` gives; where it cannot be read, what `skip` makes of the stretch from its first token on. */
export function tried<T>(cursor: Cursor, read: () => T, skip: (start: number) => T): T {
  const { at, height } = cursor;
  try {
    return nested(cursor, read);
  } catch (error) {
    if (error !== unreadable) throw error;
    cursor.at = at;
    cursor.height = height + 1;
    return skip(at);
  }
}

const nothing: Token = { kind: 'end', text: '', start: 0, end: 0 };

export const peek = ({ tokens, at }: Cursor, ahead = 0): Token => tokens[at + ahead] ?? tokens.at(-1) ?? nothing;

/** Whether this symbol, or this word, stands here. */
export const stands = (cursor: Cursor, text: string, ahead = 0): boolean => isText(peek(cursor, ahead), text);

export const isText = (token: Token, text: string): boolean => token.text === text && token.kind !== 'string' && text !== '';

/** Steps over this symbol or word, if it stands here. */
export function accept(cursor: Cursor, text: string): boolean {
  if (!stands(cursor, text)) return false;
  cursor.at++;
  return true;
}

export function expect(cursor: Cursor, text: string): Token {
  const token = peek(cursor);
  if (!accept(cursor, text)) fail();
  return token;
}

export function skipNewlines(cursor: Cursor): void {
  while (peek(cursor).kind === 'newline') cursor.at++;
}

/** Steps over one token; over a bracket with all that is in it, and over a string with its holes. */
export function skipToken(cursor: Cursor): void {
  cursor.at = behind(cursor, cursor.at);
}

/** The token behind this one and all that belongs to it; at a bracket that is not closed, whatever shows that. */
export function behind({ tokens, closers }: Cursor, at: number): number {
  const token = tokens[at];
  if (token?.kind === 'string') return token.next;
  const closer = closers[at];
  if (closer === undefined || token === undefined) return at + 1;
  return tokens[closer]?.text === closing[token.text] ? closer + 1 : Math.max(closer, at + 1);
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The file's text from the beginning of this token to the end of the last one read. */
export function spanFrom(cursor: Cursor, start: number): Span {
  const first = cursor.tokens[start];
  return cursor.slice.span(first?.start ?? 0, Math.max(first?.start ?? 0, endBefore(cursor)));
}

/** Where the last token read ends; newlines, which end nothing, aside. */
export function endBefore({ tokens, at }: Cursor): number {
  let before = at - 1;
  while (tokens[before]?.kind === 'newline') before--;
  return tokens[before]?.end ?? 0;
}

/** A file with more is broken as a whole, and what is said of it thereafter tells nobody anything. */
export const mostProblems = 100;

/** Notes that something cannot be read from this token on. */
export function problem(cursor: Cursor, start: number): void {
  if (cursor.problems.length >= mostProblems) return;
  const token = cursor.tokens[start] ?? nothing;
  cursor.problems.push({ at: cursor.slice.span(token.start, token.end), message: 'this Groovy cannot be read' });
}
