import { readBareArguments } from './arguments.ts';
import { type Cursor, accept, expect, fail, linked, nested, peek, skipNewlines, spanFrom, stands } from './cursor.ts';
import { isName, primitives, typeAt } from './declared.ts';
import { calledAs, readPath } from './paths.ts';
import type { Token } from './tokens.ts';
import type { GroovyExpression } from './tree.ts';

const assignments = new Set(['=', '+=', '-=', '*=', '/=', '%=', '**=', '<<=', '>>=', '>>>=', '&=', '|=', '^=', '?=']);

/** How tightly an operator binds; see https://groovy-lang.org/operators.html#_operator_precedence. */
const precedence = new Map([['||'], ['&&'], ['|'], ['^'], ['&'], ['==~', '=~'], ['==', '!=', '<=>', '===', '!=='], ['<', '<=', '>', '>=', 'in', '!in', 'instanceof', '!instanceof', 'as'], ['<<', '>>', '>>>', '..', '..<'], ['+', '-'], ['*', '/', '%'], ['**']].flatMap((row, level) => row.map((operator) => [operator, level] as const)));

/** An expression. Where it is `bare`, not inside another's brackets or arguments, it may be a call without parentheses, and assign one. */
export function readExpression(cursor: Cursor, bare: boolean): GroovyExpression {
  return nested(cursor, () => {
    const start = cursor.at;
    const first = conditional(cursor);
    const target = bare ? bareCall(cursor, start, first) : first;
    const operator = peek(cursor);
    if (operator.kind !== 'symbol' || !assignments.has(operator.text)) return target;
    cursor.at++;
    skipNewlines(cursor);
    const value = readExpression(cursor, bare);
    return { kind: 'assign', operator: operator.text, target, value, at: spanFrom(cursor, start) };
  });
}

/** Adds the arguments that follow without parentheses, and the chain of `a b c d`, which is `a(b).c(d)`. */
function bareCall(cursor: Cursor, start: number, first: GroovyExpression): GroovyExpression {
  let whole = first;
  while (beginsArgument(cursor)) {
    if (whole.kind !== 'name' && whole.kind !== 'property' && whole.kind !== 'call' && whole.kind !== 'index') break;
    linked(cursor);
    if (whole.kind === 'call') {
      // The word after the arguments is a method of what the call gives.
      const token = peek(cursor);
      if (!isName(token)) break;
      cursor.at++;
      const nameAt = cursor.slice.span(token.start, token.end);
      whole = readPath(cursor, start, { kind: 'property', object: whole, operator: '.', name: token.text, nameAt, at: spanFrom(cursor, start) });
      continue;
    }
    const given = readBareArguments(cursor);
    whole = { kind: 'call', ...calledAs(whole), ...given, at: spanFrom(cursor, start) };
  }
  return whole;
}

const values = new Set(['new', 'null', 'true', 'false', 'this', 'super']);

/** Whether an argument may begin here that follows a name in the same line. */
function beginsArgument(cursor: Cursor): boolean {
  const token = peek(cursor);
  if (token.kind === 'string' || token.kind === 'number') return true;
  if (token.kind === 'name') return isName(token) || values.has(token.text) || (primitives.has(token.text) && stands(cursor, '.', 1)) || stands(cursor, ':', 1);
  return token.kind === 'symbol' && ((token.text === '!' && !stands(cursor, 'in', 1) && !stands(cursor, 'instanceof', 1)) || token.text === '~' || token.text === '*:');
}

function conditional(cursor: Cursor): GroovyExpression {
  const start = cursor.at;
  const test = binary(cursor, 0);
  if (follows(cursor, '?:')) {
    cursor.at++;
    skipNewlines(cursor);
    const otherwise = nested(cursor, () => conditional(cursor));
    return { kind: 'conditional', test, then: undefined, otherwise, at: spanFrom(cursor, start) };
  }
  if (!follows(cursor, '?')) return test;
  cursor.at++;
  skipNewlines(cursor);
  const then = readExpression(cursor, false);
  skipNewlines(cursor);
  expect(cursor, ':');
  skipNewlines(cursor);
  const otherwise = readExpression(cursor, false);
  return { kind: 'conditional', test, then, otherwise, at: spanFrom(cursor, start) };
}

/** Whether this operator comes next, be it in the next line, where no statement could begin with it; moves to it then. */
function follows(cursor: Cursor, operator: string): boolean {
  const newlines = peek(cursor).kind === 'newline' ? 1 : 0;
  if (!stands(cursor, operator, newlines)) return false;
  cursor.at += newlines;
  return true;
}

function binary(cursor: Cursor, least: number): GroovyExpression {
  const start = cursor.at;
  let left = unary(cursor);
  let sum: GroovyExpression[] | undefined;
  for (;;) {
    const operator = operatorHere(cursor);
    const level = operator === undefined ? undefined : precedence.get(operator);
    if (operator === undefined || level === undefined || level < least) return left;
    linked(cursor);
    cursor.at += operator.startsWith('!i') ? 2 : 1;
    skipNewlines(cursor);
    if (operator === 'as' || operator.endsWith('instanceof')) {
      const typeStart = cursor.at;
      const type = typeAt(cursor, cursor.at);
      if (type === undefined) return fail();
      cursor.at = type.next;
      const name = { kind: 'name' as const, name: type.type, at: spanFrom(cursor, typeStart) };
      sum = undefined;
      left = operator === 'as' ? { kind: 'cast', type: type.type, value: left, at: spanFrom(cursor, start) } : { kind: 'operation', operator, operands: [left, name], at: spanFrom(cursor, start) };
      continue;
    }
    const right = nested(cursor, () => binary(cursor, level + 1));
    const at = spanFrom(cursor, start);
    if (operator !== '+') sum = undefined;
    else if (sum === undefined) sum = [left, right];
    else {
      // One more operand makes the tree no higher.
      cursor.height--;
      sum.push(right);
    }
    left = { kind: 'operation', operator, operands: sum ?? [left, right], at };
  }
}

function operatorHere(cursor: Cursor): string | undefined {
  const token = peek(cursor);
  if (token.kind === 'name') return token.text === 'in' || token.text === 'instanceof' || token.text === 'as' ? token.text : undefined;
  if (token.kind !== 'symbol') return undefined;
  if (token.text === '!' && (stands(cursor, 'in', 1) || stands(cursor, 'instanceof', 1)) && adjoining(token, peek(cursor, 1))) return `!${peek(cursor, 1).text}`;
  return token.text;
}

const adjoining = (token: Token, after: Token): boolean => token.end === after.start;

function unary(cursor: Cursor): GroovyExpression {
  const start = cursor.at;
  const token = peek(cursor);
  if (token.kind === 'symbol') {
    if (token.text === '!' || token.text === '-' || token.text === '+' || token.text === '~' || token.text === '++' || token.text === '--') {
      cursor.at++;
      skipNewlines(cursor);
      const operand = nested(cursor, () => unary(cursor));
      return { kind: 'operation', operator: token.text, operands: [operand], at: spanFrom(cursor, start) };
    }
    const type = token.text === '(' ? castHere(cursor) : undefined;
    if (type !== undefined) {
      const value = nested(cursor, () => unary(cursor));
      return { kind: 'cast', type, value, at: spanFrom(cursor, start) };
    }
  }
  const operand = readPath(cursor, start);
  const after = peek(cursor);
  if (!isAny(after, '++', '--')) return operand;
  cursor.at++;
  return { kind: 'operation', operator: after.text, operands: [operand], at: spanFrom(cursor, start) };
}

const isAny = (token: Token, ...symbols: readonly string[]): boolean => token.kind === 'symbol' && symbols.includes(token.text);

/** The type of the cast `(T)` that stands here, stepped over; undefined where the parentheses hold an expression. */
function castHere(cursor: Cursor): string | undefined {
  const type = typeAt(cursor, cursor.at + 1);
  if (type === undefined || cursor.tokens[type.next]?.text !== ')') return undefined;
  const after = cursor.tokens[type.next + 1];
  if (after === undefined) return undefined;
  const value = after.kind === 'string' || after.kind === 'number' || (after.kind === 'name' && (isName(after) || values.has(after.text))) || isAny(after, '(', '{', '[', '!', '~') || (isAny(after, '-', '+') && primitives.has(type.type));
  if (!value) return undefined;
  cursor.at = type.next;
  accept(cursor, ')');
  return type.type;
}
