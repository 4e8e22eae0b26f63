import { type Cursor, accept, endBefore, expect, fail, isText, nested, peek, skipNewlines, skipToken, spanFrom, stands, tried } from './cursor.ts';
import type { Call, Parameter } from './tree.ts';
import type { Token } from './tokens.ts';
import { readArguments } from './arguments.ts';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

/** Words that cannot be the name of anything, but behind a dot or before a colon. */
const keywords = words('as assert break case catch class continue def default do else enum extends false finally for if implements import in instanceof interface new null package return super switch this throw throws true try while boolean byte char double float int long short void');
/** Types that are no classes. */
export const primitives = words('boolean byte char double float int long short void');
const modifiers = words('def final static public private protected abstract synchronized transient volatile native strictfp');
/** What a type is looked for in, at most. */
const longestType = 500;

export const isName = (token: Token): boolean => token.kind === 'name' && !keywords.has(token.text);

/** The token behind the type that begins here, and the type without what stands in `<>`; undefined where none does. */
export function typeAt(cursor: Cursor, from: number): { readonly next: number; readonly type: string; readonly classLike: boolean } | undefined {
  const { tokens } = cursor;
  let at = from;
  let last = tokens[at];
  if (last === undefined || (!isName(last) && !primitives.has(last.text)) || last.kind !== 'name') return undefined;
  let type = last.text;
  while (at - from < longestType && tokens[at + 1]?.text === '.' && tokens[at + 2]?.kind === 'name') {
    last = tokens[(at += 2)];
    type += `.${last?.text ?? ''}`;
  }
  let classLike = primitives.has(type) || /^[A-Z]/.test(last?.text ?? '');
  at++;
  if (tokens[at]?.text === '<') {
    const behind = genericsAt(tokens, at);
    if (behind === undefined) return undefined;
    at = behind;
  }
  while (at - from < longestType && tokens[at]?.text === '[' && tokens[at + 1]?.text === ']') {
    type += '[]';
    classLike = true;
    at += 2;
  }
  return { next: at, type, classLike };
}

const closings: Readonly<Record<string, number>> = { '<': -1, '>': 1, '>>': 2, '>>>': 3 };

/** The token behind the `<…>` that begins here; undefined where it is no such thing. */
export function genericsAt(tokens: readonly Token[], from: number): number | undefined {
  let open = 0;
  for (let at = from; at < tokens.length && at - from < longestType; at++) {
    const token = tokens[at];
    if (token === undefined) return undefined;
    const { kind, text } = token;
    const closes = kind === 'symbol' ? closings[text] : undefined;
    if (closes !== undefined) {
      open -= closes;
      if (open <= 0) return open === 0 ? at + 1 : undefined;
    } else if (kind !== 'name' && !(kind === 'symbol' && ',.?&[]'.includes(text))) return undefined;
  }
  return undefined;
}

/** Steps over `@A`, `@A(b: 1)` and returns them. */
export function readAnnotations(cursor: Cursor): readonly Call[] {
  const all: Call[] = [];
  while (stands(cursor, '@') && peek(cursor, 1).kind === 'name' && !stands(cursor, 'interface', 1)) {
    const start = cursor.at++;
    const type = typeAt(cursor, cursor.at);
    if (type === undefined) return fail();
    cursor.at = type.next;
    const nameAt = cursor.slice.span(cursor.tokens[start + 1]?.start ?? 0, endBefore(cursor));
    const given = stands(cursor, '(') ? readArguments(cursor) : { arguments: [], named: [] };
    all.push({ kind: 'call', object: undefined, name: type.type, ...given, nameAt, at: spanFrom(cursor, start) });
    skipNewlines(cursor);
  }
  return all;
}

/** Steps over modifiers and the annotations between them; whether there were any. */
export function readModifiers(cursor: Cursor): { readonly annotations: readonly Call[]; readonly modified: boolean } {
  const annotations: Call[] = [];
  let modified = false;
  for (;;) {
    const token = peek(cursor);
    if (token.kind === 'name' && modifiers.has(token.text) && !opensBlock(cursor, token)) {
      cursor.at++;
      modified = true;
      if (!stands(cursor, '(')) skipNewlines(cursor);
    } else if (stands(cursor, '@') && peek(cursor, 1).kind === 'name' && !stands(cursor, 'interface', 1)) annotations.push(...readAnnotations(cursor));
    else return { annotations, modified };
  }
}

const opensBlock = (cursor: Cursor, token: Token): boolean => (token.text === 'static' && stands(cursor, '{', 1)) || (token.text === 'synchronized' && stands(cursor, '(', 1));

/** Parameters, up to the token that ends them, which is stepped over. */
export function readParameters(cursor: Cursor, end: ')' | '->'): readonly Parameter[] {
  const all: Parameter[] = [];
  skipNewlines(cursor);
  while (!accept(cursor, end)) {
    all.push(nested(cursor, () => readParameter(cursor)));
    skipNewlines(cursor);
    if (!stands(cursor, end)) expect(cursor, ',');
    skipNewlines(cursor);
  }
  return all;
}

/** One parameter, or one of the names of `def (a, b) = …`. */
export function readParameter(cursor: Cursor): Parameter {
  const start = cursor.at;
  readModifiers(cursor);
  const typed = typeAt(cursor, cursor.at);
  let type: string | undefined;
  if (typed !== undefined) {
    const behind = cursor.tokens[typed.next];
    const several = behind !== undefined && isText(behind, '...');
    const name = cursor.tokens[several ? typed.next + 1 : typed.next];
    if (name !== undefined && isName(name)) {
      type = several ? `${typed.type}...` : typed.type;
      cursor.at = several ? typed.next + 1 : typed.next;
    }
  }
  const token = peek(cursor);
  if (!isName(token)) fail();
  cursor.at++;
  const value = accept(cursor, '=') ? valueOf(cursor) : undefined;
  return { name: token.text, type, value, at: spanFrom(cursor, start) };
}

function valueOf(cursor: Cursor): Parameter['value'] {
  skipNewlines(cursor);
  return tried(cursor, cursor.expression, (start) => {
    skipToken(cursor);
    return { kind: 'unread', at: spanFrom(cursor, start) };
  });
}

/** What parameters are looked for in, at most. */
const longestHead = 200;

/** Whether `->` comes before anything that parameters cannot hold. */
export function hasParameters({ tokens, closers, at: from }: Pick<Cursor, 'tokens' | 'closers' | 'at'>): boolean {
  let at = from;
  for (let count = 0; count < longestHead; count++) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'end') return false;
    if (isText(token, '->')) return true;
    const symbol = token.kind === 'symbol' ? token.text : '';
    if (symbol === ';' || symbol === '}' || (symbol === '{' && tokens[at - 1]?.text !== '=')) return false;
    at = token.kind === 'string' ? token.next : (closers[at] ?? at) + 1;
  }
  return false;
}
