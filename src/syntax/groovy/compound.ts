import { type Cursor, accept, expect, isText, nested, peek, problem, skipNewlines, skipToken, spanFrom, stands, tried } from './cursor.ts';
import { isName, readModifiers, typeAt } from './declared.ts';
import type { Token } from './tokens.ts';
import type { Ending, ForLoop, GroovyExpression, GroovyStatement, IfStatement, SwitchStatement, TryStatement, WhileLoop } from './tree.ts';

/** Reads one statement where a body may go without braces. */
type One = () => readonly GroovyStatement[];

/** A statement that begins with this keyword; undefined, with nothing stepped over, where it is no keyword or begins no such thing. */
export function readCompound(cursor: Cursor, word: string, one: One): GroovyStatement | undefined {
  const round = stands(cursor, '(', 1);
  switch (word) {
    case 'if':
      return round ? readIf(cursor, one) : undefined;
    case 'for':
      return round ? readFor(cursor, one) : undefined;
    case 'while':
      return round ? readWhile(cursor, one) : undefined;
    case 'do':
      return readDo(cursor, one);
    case 'try':
      return readTry(cursor);
    case 'switch':
      return round ? readSwitch(cursor) : undefined;
    case 'return':
    case 'throw':
    case 'assert':
    case 'break':
    case 'continue':
      return readEnding(cursor, word);
    case 'static':
      return stands(cursor, '{', 1) ? readBlock(cursor, 1) : undefined;
    case 'synchronized':
      return round ? readBlock(cursor, 1) : undefined;
    default:
      return undefined;
  }
}

/** What stands in the parentheses here; unread where it cannot be read. */
function readTest(cursor: Cursor): GroovyExpression {
  return tried<GroovyExpression>(
    cursor,
    () => {
      expect(cursor, '(');
      skipNewlines(cursor);
      const test = cursor.expression();
      skipNewlines(cursor);
      expect(cursor, ')');
      return test;
    },
    (start) => {
      problem(cursor, start);
      skipToken(cursor);
      return { kind: 'unread', at: spanFrom(cursor, start) };
    },
  );
}

function readBraces(cursor: Cursor): readonly GroovyStatement[] {
  return nested(cursor, () => {
    expect(cursor, '{');
    const body = cursor.statements();
    accept(cursor, '}');
    return body;
  });
}

function readBranch(cursor: Cursor, one: One): readonly GroovyStatement[] {
  skipNewlines(cursor);
  if (stands(cursor, '{')) return readBraces(cursor);
  if (accept(cursor, ';')) return [];
  return nested(cursor, one);
}

/** Steps over line ends and `;` to this word; stays where it does not follow. */
function reaches(cursor: Cursor, word: string): boolean {
  let ahead = 0;
  while (peek(cursor, ahead).kind === 'newline' || (stands(cursor, ';', ahead) && ahead < 2)) ahead++;
  if (!stands(cursor, word, ahead)) return false;
  cursor.at += ahead + 1;
  return true;
}

function readIf(cursor: Cursor, one: One): IfStatement {
  const start = cursor.at;
  const branches: IfStatement['branches'][number][] = [];
  let otherwise: readonly GroovyStatement[] | undefined;
  cursor.at++;
  for (;;) {
    const test = readTest(cursor);
    branches.push({ test, then: readBranch(cursor, one) });
    if (!reaches(cursor, 'else')) break;
    skipNewlines(cursor);
    if (stands(cursor, 'if') && stands(cursor, '(', 1)) {
      cursor.at++;
      continue;
    }
    otherwise = readBranch(cursor, one);
    break;
  }
  return { kind: 'if', branches, otherwise, at: spanFrom(cursor, start) };
}

function readFor(cursor: Cursor, one: One): ForLoop {
  const start = cursor.at;
  cursor.at++;
  const header = tried<Pick<ForLoop, 'name' | 'over' | 'head'>>(
    cursor,
    () => readHeader(cursor),
    (open) => {
      problem(cursor, open);
      skipToken(cursor);
      return { name: undefined, over: { kind: 'unread', at: spanFrom(cursor, open) }, head: [] };
    },
  );
  const body = readBranch(cursor, one);
  return { kind: 'for', ...header, body, at: spanFrom(cursor, start) };
}

function readHeader(cursor: Cursor): Pick<ForLoop, 'name' | 'over' | 'head'> {
  expect(cursor, '(');
  const first = cursor.at;
  readModifiers(cursor);
  const type = typeAt(cursor, cursor.at);
  if (type !== undefined && isName(cursor.tokens[type.next] ?? peek(cursor)) && cursor.tokens[type.next]?.kind === 'name') cursor.at = type.next;
  const name = peek(cursor);
  if (isName(name) && (stands(cursor, 'in', 1) || stands(cursor, ':', 1))) {
    cursor.at += 2;
    skipNewlines(cursor);
    const over = cursor.expression();
    skipNewlines(cursor);
    expect(cursor, ')');
    return { name: name.text, over, head: [] };
  }
  cursor.at = first;
  const head = cursor.statements((token) => isText(token, ')'));
  expect(cursor, ')');
  return { name: undefined, over: undefined, head };
}

function readWhile(cursor: Cursor, one: One): WhileLoop {
  const start = cursor.at;
  cursor.at++;
  const test = readTest(cursor);
  const body = readBranch(cursor, one);
  return { kind: 'while', test, body, at: spanFrom(cursor, start) };
}

function readDo(cursor: Cursor, one: One): WhileLoop {
  const start = cursor.at;
  cursor.at++;
  const body = readBranch(cursor, one);
  const test: GroovyExpression = reaches(cursor, 'while') ? readTest(cursor) : { kind: 'unread', at: spanFrom(cursor, start) };
  return { kind: 'while', test, body, at: spanFrom(cursor, start) };
}

function readTry(cursor: Cursor): TryStatement {
  const start = cursor.at;
  cursor.at++;
  let head: readonly GroovyStatement[] = [];
  if (accept(cursor, '(')) {
    head = cursor.statements((token) => isText(token, ')'));
    expect(cursor, ')');
  }
  skipNewlines(cursor);
  const body = readBraces(cursor);
  const catches: TryStatement['catches'][number][] = [];
  while (reaches(cursor, 'catch')) {
    let name = '';
    for (const token of cursor.tokens.slice(cursor.at, cursor.closers[cursor.at] ?? cursor.at)) if (token.kind === 'name') name = token.text;
    if (stands(cursor, '(')) skipToken(cursor);
    skipNewlines(cursor);
    catches.push({ name, body: readBraces(cursor) });
  }
  let last: readonly GroovyStatement[] | undefined;
  if (reaches(cursor, 'finally')) {
    skipNewlines(cursor);
    last = readBraces(cursor);
  }
  return { kind: 'try', head, body, catches, finally: last, at: spanFrom(cursor, start) };
}

const opensCase = (token: Token): boolean => token.kind === 'name' && (token.text === 'case' || token.text === 'default');

function readSwitch(cursor: Cursor): SwitchStatement {
  const start = cursor.at;
  cursor.at++;
  const on = readTest(cursor);
  skipNewlines(cursor);
  expect(cursor, '{');
  const cases: SwitchStatement['cases'][number][] = [];
  // What stands before the first case is never run, and is read only to be stepped over.
  cursor.statements(opensCase);
  while (opensCase(peek(cursor))) {
    const named = stands(cursor, 'case');
    cursor.at++;
    const test = named ? caseTest(cursor) : undefined;
    accept(cursor, ':');
    cases.push({ test, body: cursor.statements(opensCase) });
  }
  accept(cursor, '}');
  return { kind: 'switch', on, cases, at: spanFrom(cursor, start) };
}

const caseTest = (cursor: Cursor): GroovyExpression =>
  tried(cursor, cursor.expression, (start) => {
    problem(cursor, start);
    while (!stands(cursor, ':') && !stands(cursor, '}') && peek(cursor).kind !== 'newline' && peek(cursor).kind !== 'end') skipToken(cursor);
    return { kind: 'unread', at: spanFrom(cursor, start) };
  });

function readEnding(cursor: Cursor, kind: Ending['kind']): Ending {
  const start = cursor.at;
  cursor.at++;
  const values: GroovyExpression[] = [];
  if (kind === 'break' || kind === 'continue') {
    if (isName(peek(cursor))) cursor.at++;
  } else if (peek(cursor).kind !== 'newline' && peek(cursor).kind !== 'end' && !stands(cursor, ';') && !stands(cursor, '}')) {
    values.push(cursor.bareExpression());
    if (kind === 'assert' && (accept(cursor, ':') || accept(cursor, ','))) {
      skipNewlines(cursor);
      values.push(cursor.expression());
    }
  }
  return { kind, values, at: spanFrom(cursor, start) };
}

/** Braces behind a word; what stands in parentheses before them is their first statement. */
function readBlock(cursor: Cursor, words: number): GroovyStatement {
  const start = cursor.at;
  cursor.at += words;
  const test = stands(cursor, '(') ? [readTest(cursor)] : [];
  skipNewlines(cursor);
  return { kind: 'block', body: [...test, ...readBraces(cursor)], at: spanFrom(cursor, start) };
}
