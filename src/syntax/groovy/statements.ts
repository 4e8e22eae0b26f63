import { type Cursor, accept, behind, endBefore, expect, fail, isText, nested, peek, problem, skipNewlines, skipToken, spanFrom, stands, tried } from './cursor.ts';
import { genericsAt, isName, primitives, readAnnotations, readModifiers, readParameter, readParameters, typeAt } from './declared.ts';
import { readCompound } from './compound.ts';
import type { Token } from './tokens.ts';
import type { Call, ClassDefinition, GroovyExpression, GroovyStatement } from './tree.ts';

/** The statements up to a `}`, the end, or what stops them. One that cannot be read is unread, and the next one is read. */
export function readStatements(cursor: Cursor, stops: (token: Token) => boolean = () => false, className?: string): readonly GroovyStatement[] {
  const all: GroovyStatement[] = [];
  for (;;) {
    const token = peek(cursor);
    if (token.kind === 'newline' || isText(token, ';')) cursor.at++;
    else if (token.kind === 'end' || isText(token, '}') || stops(token)) return all;
    else {
      const { at } = cursor;
      for (const one of tried<readonly GroovyStatement[]>(cursor, () => readStatement(cursor, className), (start) => [unread(cursor, start)])) all.push(one);
      // What a statement leaves of its line belongs to nothing.
      if (!endsStatement(cursor, stops)) skipRest(cursor, stops);
      if (cursor.at === at) cursor.at++;
    }
  }
}

function endsStatement(cursor: Cursor, stops: (token: Token) => boolean): boolean {
  const token = peek(cursor);
  return token.kind === 'newline' || token.kind === 'end' || isText(token, ';') || isText(token, '}') || stops(token) || isText(cursor.tokens[cursor.at - 1] ?? token, '}');
}

function skipRest(cursor: Cursor, stops: (token: Token) => boolean): void {
  problem(cursor, cursor.at);
  while (!endsLine(cursor) && !stops(peek(cursor))) skipToken(cursor);
}

const endsLine = (cursor: Cursor): boolean => peek(cursor).kind === 'newline' || peek(cursor).kind === 'end' || stands(cursor, ';') || stands(cursor, '}');

function unread(cursor: Cursor, start: number): GroovyStatement {
  problem(cursor, start);
  do skipToken(cursor);
  while (!endsLine(cursor));
  return { kind: 'unread', at: spanFrom(cursor, start) };
}

/** One statement; several where one declares several names. */
export function readStatement(cursor: Cursor, className?: string): readonly GroovyStatement[] {
  while (isLabel(cursor)) {
    cursor.at += 2;
    skipNewlines(cursor);
  }
  const token = peek(cursor);
  if (token.kind === 'name') {
    const compound = readCompound(cursor, token.text, () => readStatement(cursor));
    if (compound !== undefined) return [compound];
  }
  const declared = readDeclaration(cursor, className);
  if (declared !== undefined) return declared;
  if (stands(cursor, '{')) return [readBlockOrClosure(cursor)];
  return [cursor.bareExpression()];
}

const isLabel = (cursor: Cursor): boolean => isName(peek(cursor)) && stands(cursor, ':', 1);

function readBlockOrClosure(cursor: Cursor): GroovyStatement {
  const start = cursor.at;
  const expression = cursor.bareExpression();
  // Nothing but braces is a block, unless it has parameters.
  if (expression.kind !== 'closure' || expression.parameters !== undefined) return expression;
  return { kind: 'block', body: expression.body, at: spanFrom(cursor, start) };
}

/** A declaration of names, a method, a class or an import, if one begins here; else the cursor stays. */
function readDeclaration(cursor: Cursor, className: string | undefined): readonly GroovyStatement[] | undefined {
  const start = cursor.at;
  const { annotations, modified } = readModifiers(cursor);
  const word = peek(cursor);
  if (word.kind === 'name' && (word.text === 'import' || word.text === 'package')) return [readImport(cursor, word.text, annotations, start)];
  const classLike = classWord(cursor);
  if (classLike > 0) return [readClass(cursor, classLike, word.text === 'enum', annotations, start)];
  // `public <T> T each(…)`
  if (modified && stands(cursor, '<')) cursor.at = genericsAt(cursor.tokens, cursor.at) ?? cursor.at;
  const plain = annotations.length > 0 || modified;
  if (isName(word) && stands(cursor, '(', 1) && word.text === className) return [readMethod(cursor, annotations, start)];
  if (plain && stands(cursor, '(') && modified) return [readTakenApart(cursor, annotations, start)];
  const type = typeAt(cursor, cursor.at);
  const named = type === undefined ? undefined : cursor.tokens[type.next];
  if (type !== undefined && named !== undefined && (isName(named) || named.kind === 'string')) {
    const method = (plain || type.classLike) && cursor.tokens[behindName(cursor, type.next)]?.text === '(' && isMethod(cursor, behindName(cursor, type.next), className);
    if (method) {
      cursor.at = type.next;
      return [readMethod(cursor, annotations, start)];
    }
    if (isName(named) && (plain || (type.classLike && declares(cursor.tokens[type.next + 1])))) {
      cursor.at = type.next;
      return readDefinitions(cursor, type.type, annotations, start);
    }
  }
  if (!plain) return undefined;
  if (cursor.tokens[behindName(cursor, cursor.at)]?.text === '(') return [readMethod(cursor, annotations, start)];
  return readDefinitions(cursor, undefined, annotations, start);
}

const behindName = (cursor: Cursor, at: number): number => behind(cursor, at);

/** What may follow the name of a declaration; a call without parentheses, as `Foo bar 1`, goes on otherwise. */
const declares = (token: Token | undefined): boolean => token === undefined || token.kind === 'newline' || token.kind === 'end' || (token.kind === 'symbol' && ['=', ';', ',', '}'].includes(token.text));

/** Whether what stands in parentheses here are parameters: a body follows, or a class needs none. */
function isMethod(cursor: Cursor, at: number, className: string | undefined): boolean {
  let next = behind(cursor, at);
  while (cursor.tokens[next]?.kind === 'newline') next++;
  const token = cursor.tokens[next];
  return className !== undefined || token?.text === '{' || token?.text === 'throws';
}

function readDefinitions(cursor: Cursor, type: string | undefined, annotations: readonly Call[], first: number): readonly GroovyStatement[] {
  const all: GroovyStatement[] = [];
  let start = first;
  do {
    skipNewlines(cursor);
    const nameStart = cursor.at;
    const token = peek(cursor);
    if (!isName(token)) return fail();
    cursor.at++;
    const name = { name: token.text, type, value: undefined, at: spanFrom(cursor, nameStart) };
    const value = accept(cursor, '=') ? readValue(cursor) : undefined;
    all.push({ kind: 'define', names: [name], value, annotations, at: spanFrom(cursor, start) });
    start = cursor.at + 1;
  } while (accept(cursor, ','));
  return all;
}

function readValue(cursor: Cursor): GroovyExpression {
  skipNewlines(cursor);
  return cursor.bareExpression();
}

/** `def (a, b) = c`, from its parenthesis on. */
function readTakenApart(cursor: Cursor, annotations: readonly Call[], start: number): GroovyStatement {
  expect(cursor, '(');
  const names = [];
  do {
    skipNewlines(cursor);
    names.push(nested(cursor, () => readParameter(cursor)));
    skipNewlines(cursor);
  } while (accept(cursor, ','));
  expect(cursor, ')');
  const value = accept(cursor, '=') ? readValue(cursor) : undefined;
  return { kind: 'define', names, value, annotations, at: spanFrom(cursor, start) };
}

function readMethod(cursor: Cursor, annotations: readonly Call[], start: number): GroovyStatement {
  const nameStart = cursor.at;
  const token = peek(cursor);
  const name = token.kind === 'string' ? cursor.slice.text.slice(token.start + token.quote.length, token.end - token.quote.length) : token.text;
  skipToken(cursor);
  const nameAt = spanFrom(cursor, nameStart);
  expect(cursor, '(');
  const parameters = readParameters(cursor, ')');
  const { at } = cursor;
  skipNewlines(cursor);
  if (accept(cursor, 'throws')) {
    do cursor.at = typeAt(cursor, cursor.at)?.next ?? fail();
    while (accept(cursor, ','));
    skipNewlines(cursor);
  }
  const body = stands(cursor, '{') ? readBody(cursor) : undefined;
  if (body === undefined) cursor.at = at;
  return { kind: 'method', name, parameters, body: body ?? [], annotations, nameAt, at: spanFrom(cursor, start) };
}

function readBody(cursor: Cursor): readonly GroovyStatement[] {
  expect(cursor, '{');
  const body = cursor.statements();
  accept(cursor, '}');
  return body;
}

function readImport(cursor: Cursor, kind: 'import' | 'package', annotations: readonly Call[], start: number): GroovyStatement {
  cursor.at++;
  accept(cursor, 'static');
  let name = '';
  for (let last = ''; peek(cursor).kind === 'name' || stands(cursor, '.') || stands(cursor, '*') || stands(cursor, '.*'); ) {
    const { kind: what, text } = peek(cursor);
    if (what === 'name' && last === 'name') break;
    last = what;
    name += text;
    cursor.at++;
  }
  if (accept(cursor, 'as')) cursor.at++;
  return { kind, name, annotations, at: spanFrom(cursor, start) };
}

const classWords = new Set(['class', 'interface', 'trait', 'enum']);

/** How many tokens stand before the name of a class that is defined here; 0 where none is. */
function classWord(cursor: Cursor): number {
  const at = stands(cursor, '@') ? 1 : 0;
  const token = peek(cursor, at);
  const name = peek(cursor, at + 1);
  return token.kind === 'name' && classWords.has(token.text) && isName(name) && (token.text !== 'trait' || !isText(peek(cursor, at + 2), '=')) ? at + 1 : 0;
}

function readClass(cursor: Cursor, before: number, constants: boolean, annotations: readonly Call[], start: number): ClassDefinition {
  cursor.at += before;
  const name = peek(cursor).text;
  while (!stands(cursor, '{')) {
    if (peek(cursor).kind === 'end' || stands(cursor, '}') || stands(cursor, ';')) return fail();
    skipToken(cursor);
  }
  const members = readMembers(cursor, name, constants);
  return { kind: 'class', name, members, annotations, at: cursor.slice.span(cursor.tokens[start]?.start ?? 0, endBefore(cursor)) };
}

/** What stands in the braces of a class that open here: its members, those of an enum after its constants. */
export function readMembers(cursor: Cursor, name: string, constants = false): readonly GroovyStatement[] {
  expect(cursor, '{');
  const first: GroovyStatement[] = [];
  if (constants) {
    skipNewlines(cursor);
    while (isName(peek(cursor)) && !primitives.has(peek(cursor).text) && endsConstant(cursor)) {
      first.push(nested(cursor, cursor.expression));
      skipNewlines(cursor);
      if (!accept(cursor, ',')) break;
      skipNewlines(cursor);
      readAnnotations(cursor);
    }
  }
  const rest = readStatements(cursor, undefined, name);
  accept(cursor, '}');
  return [...first, ...rest];
}

/** Whether the word here is a constant of an enum: alone, with arguments or with a body. */
function endsConstant(cursor: Cursor): boolean {
  const after = peek(cursor, 1);
  return after.kind === 'newline' || [',', ';', '}', '(', '{'].includes(after.text);
}
