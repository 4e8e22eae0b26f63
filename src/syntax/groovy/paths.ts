import { isEntry, readArguments, readItems } from './arguments.ts';
import { type Cursor, accept, endBefore, expect, fail, isText, linked, nested, peek, problem, skipNewlines, skipToken, spanFrom, stands } from './cursor.ts';
import { genericsAt, hasParameters, isName, primitives, readParameters, typeAt } from './declared.ts';
import { readString } from './string.ts';
import type { Token } from './tokens.ts';
import type { Call, Closure, Entry, GroovyExpression, Property } from './tree.ts';

const dots: ReadonlySet<string> = new Set<Property['operator']>(['.', '?.', '*.', '.&', '.@', '::']);

/** A value and what follows it: properties, arguments, indexes, closures. */
export function readPath(cursor: Cursor, start: number, first?: GroovyExpression): GroovyExpression {
  let whole = first ?? readValue(cursor);
  for (;;) {
    const newlines = peek(cursor).kind === 'newline' ? 1 : 0;
    const token = peek(cursor, newlines);
    if (token.kind !== 'symbol') return whole;
    if (dots.has(token.text)) {
      linked(cursor);
      cursor.at += newlines + 1;
      // The set holds these words only.
      whole = readProperty(cursor, start, whole, token.text as Property['operator']);
    } else if (token.text === '(' && newlines === 0) {
      linked(cursor);
      const given = nested(cursor, () => readArguments(cursor));
      whole = { kind: 'call', ...calledAs(whole), ...given, at: spanFrom(cursor, start) };
    } else if (token.text === '[' && newlines === 0) {
      linked(cursor);
      cursor.at++;
      const items = nested(cursor, () => readItems(cursor, ']'));
      whole = { kind: 'index', object: whole, items: items.map((item) => (isEntry(item) ? item.value : item)), at: spanFrom(cursor, start) };
    } else if (token.text === '{' && takesClosure(whole)) {
      linked(cursor);
      cursor.at += newlines;
      const closure = nested(cursor, () => readClosure(cursor));
      const at = spanFrom(cursor, start);
      whole = whole.kind === 'call' ? { ...whole, arguments: [...whole.arguments, closure], at } : { kind: 'call', ...calledAs(whole), arguments: [closure], named: [], at };
    } else return whole;
  }
}

const takesClosure = ({ kind }: GroovyExpression): boolean => kind === 'name' || kind === 'property' || kind === 'call' || kind === 'index' || kind === 'string' || kind === 'literal';

/** How a call of this expression is named, and upon what. */
export function calledAs(callee: GroovyExpression): Pick<Call, 'object' | 'name' | 'nameAt' | 'spread'> {
  if (callee.kind === 'name') return { object: undefined, name: callee.name, nameAt: callee.at };
  if (callee.kind !== 'property') return { object: callee, name: undefined, nameAt: callee.at };
  // Which method a worked-out name calls is not known: what is called is the path as a whole.
  if (callee.name === undefined) return { object: callee, name: undefined, nameAt: callee.nameAt };
  return { object: callee.object, name: callee.name, nameAt: callee.nameAt, ...(callee.operator === '*.' ? { spread: true } : {}) };
}

function readProperty(cursor: Cursor, start: number, object: GroovyExpression, operator: Property['operator']): Property {
  skipNewlines(cursor);
  if (stands(cursor, '<')) cursor.at = genericsAt(cursor.tokens, cursor.at) ?? fail();
  accept(cursor, '@');
  const token = peek(cursor);
  const nameStart = cursor.at;
  const whole = (name: string | undefined, computed?: GroovyExpression): Property => ({ kind: 'property', object, operator, name, ...(computed === undefined ? {} : { computed }), nameAt: spanFrom(cursor, nameStart), at: spanFrom(cursor, start) });
  if (token.kind === 'name') {
    cursor.at++;
    return whole(token.text);
  }
  if (token.kind === 'string') {
    const name = readString(cursor, token);
    return name.kind === 'string' && name.holes.size === 0 ? whole(name.slice.text) : whole(undefined, name);
  }
  if (isText(token, '(')) return whole(undefined, readGroup(cursor));
  if (isText(token, '{')) return whole(undefined, nested(cursor, () => readClosure(cursor)));
  return fail();
}

function readValue(cursor: Cursor): GroovyExpression {
  const start = cursor.at;
  const token = peek(cursor);
  const at = cursor.slice.span(token.start, token.end);
  switch (token.kind) {
    case 'string':
      return readString(cursor, token);
    case 'number':
      cursor.at++;
      return { kind: 'literal', value: numberOf(token.text), at };
    case 'name':
      return readWord(cursor, token);
    case 'symbol':
      if (token.text === '(') return readGroup(cursor);
      if (token.text === '{') return nested(cursor, () => readClosure(cursor));
      if (token.text === '[') {
        if (stands(cursor, ':', 1) && stands(cursor, ']', 2)) {
          cursor.at += 3;
          return { kind: 'map', entries: [], at: spanFrom(cursor, start) };
        }
        cursor.at++;
        const items = readItems(cursor, ']');
        const entries = items.filter(isEntry);
        const place = spanFrom(cursor, start);
        return entries.length > 0 ? { kind: 'map', entries: items.map((item): Entry => (isEntry(item) ? item : { name: undefined, key: item, value: { kind: 'unread', at: item.at }, at: item.at })), at: place } : { kind: 'list', items: items.flatMap((item) => (isEntry(item) ? [] : [item])), at: place };
      }
      return fail();
    case 'newline':
    case 'end':
      return fail();
  }
}

const numberOf = (text: string): number => Number(text.replaceAll('_', '').replace(/^0[xX]/.test(text) ? /[gGlLiI]$/ : /[gGlLiIdDfF]$/, ''));

const constants: ReadonlyMap<string, boolean | null> = new Map([['true', true], ['false', false], ['null', null]]);

function readWord(cursor: Cursor, token: Token): GroovyExpression {
  const start = cursor.at;
  const at = cursor.slice.span(token.start, token.end);
  if (token.text === 'new') return readNew(cursor);
  const value = constants.get(token.text);
  if (value === undefined && !isName(token) && token.text !== 'this' && token.text !== 'super' && !primitives.has(token.text)) return fail();
  cursor.at++;
  if (value !== undefined) return { kind: 'literal', value, at };
  // A type with parameters, or an array of them, as in `List<String>.class` and `int[].class`.
  const type = stands(cursor, '[') && stands(cursor, ']', 1) ? typeAt(cursor, start) : undefined;
  if (type !== undefined) cursor.at = type.next;
  return { kind: 'name', name: type?.type ?? token.text, at: type === undefined ? at : spanFrom(cursor, start) };
}

/** `(a)`, and `(a, b)` as the list that it is taken apart into. What cannot be read in it is unread. */
function readGroup(cursor: Cursor): GroovyExpression {
  const start = cursor.at;
  expect(cursor, '(');
  skipNewlines(cursor);
  const first = cursor.expression();
  skipNewlines(cursor);
  if (accept(cursor, ')')) return first;
  const items = [first];
  while (accept(cursor, ',')) {
    skipNewlines(cursor);
    items.push(cursor.expression());
    skipNewlines(cursor);
  }
  if (!accept(cursor, ')')) {
    cursor.at = start;
    problem(cursor, start);
    skipToken(cursor);
    return { kind: 'unread', at: spanFrom(cursor, start) };
  }
  return { kind: 'list', items, at: spanFrom(cursor, start) };
}

function readNew(cursor: Cursor): GroovyExpression {
  const start = cursor.at;
  expect(cursor, 'new');
  skipNewlines(cursor);
  const type = typeAt(cursor, cursor.at) ?? fail();
  cursor.at = type.next;
  if (stands(cursor, '<') && stands(cursor, '>', 1)) cursor.at += 2;
  if (stands(cursor, '[')) {
    const sizes: GroovyExpression[] = [];
    while (accept(cursor, '[')) sizes.push(...readItems(cursor, ']').flatMap((item) => (isEntry(item) ? [] : [item])));
    return { kind: 'new', type: `${type.type}[]`, arguments: sizes, named: [], at: spanFrom(cursor, start) };
  }
  const given = stands(cursor, '(') ? readArguments(cursor) : { arguments: [], named: [] };
  const members = stands(cursor, '{') ? nested(cursor, () => cursor.members(type.type)) : undefined;
  return { kind: 'new', type: type.type, ...given, ...(members === undefined ? {} : { members }), at: spanFrom(cursor, start) };
}

/** The closure whose `{` stands here. One that is not closed ends with what is around it, or with the file. */
export function readClosure(cursor: Cursor): Closure {
  const start = cursor.at;
  expect(cursor, '{');
  const parameters = hasParameters(cursor) ? readParameters(cursor, '->') : undefined;
  const body = cursor.statements();
  accept(cursor, '}');
  return { kind: 'closure', parameters, body, at: cursor.slice.span(cursor.tokens[start]?.start ?? 0, endBefore(cursor)) };
}
