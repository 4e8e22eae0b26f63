import { type Assignment as UnbashAssignment, type CommandNode, type CompoundList, parse, type PipelineNode, type AndOr as UnbashAndOr, type Redirection, type Script as UnbashScript, type Statement as UnbashStatement, type TestExpression, type Word } from 'unbash';
import type { Slice, Span } from '../../text/slice.ts';
import type { Assignment, Body, Redirect, Script, ShellCommand, ShellWord, Statement } from './tree.ts';
import { readHeredoc, readWord } from './words.ts';

export * from './tree.ts';

/** What is read of one script at most: characters, commands, words of all and of one, heredocs, and the nesting of brackets. People's scripts are far below. */
const longest = 2 ** 18;
const mostCommands = 5_000;
const mostWords = 20_000;
const mostOfOne = 2_000;
const mostHeredocs = 1_000;
const deepest = 300;

/**
 * The script in this text, as bash reads it; sh, ash and dash are near enough. Never throws: what cannot be read is a
 * problem, and the rest of the tree is there. Private-use characters (holes) are ordinary characters of words.
 */
export function readShell(text: Slice): Script {
  const key = `${text.source.path}\0${text.provenance}\0${text.text}`;
  const before = read.get(key);
  if (before !== undefined && before.slice.source === text.source) return before;
  const made = readAnew(text);
  read.set(key, made);
  const [oldest] = read.keys();
  if (read.size > mostKept && oldest !== undefined) read.delete(oldest);
  return made;
}

/** A step that is called from many places has its script read once; what was read long ago is let go. */
const read = new Map<string, Script>();
const mostKept = 64;

function readAnew(text: Slice): Script {
  const slice = unixLines(text);
  const refused = (message: string): Script => ({ slice, statements: [], problems: [{ at: slice.span(), message }], refused: true });
  if (slice.text.length > longest) return refused('The script is too long to be read');
  if (slice.text.split('<<').length > mostHeredocs) return refused('The script has too many heredocs to be read');
  if (depth(slice.text) > deepest) return refused('The script is nested too deeply to be read');
  const problems: { at: Span; message: string }[] = [];
  let commands = 0;
  let words = 0;
  let cut = false;

  const note = (script: UnbashScript, inside: Slice): void => {
    for (const { message, pos } of ('errors' in script ? (script.errors as readonly { message: string; pos: number }[] | undefined) : undefined) ?? []) {
      problems.push({ at: inside.span(pos, Math.min(pos + 1, inside.text.length)), message: `The shell script cannot be read here: ${message}` });
    }
  };
  const body = (script: UnbashScript, inside: Slice): Body => {
    note(script, inside);
    return { slice: inside, statements: statements(script.commands, inside) };
  };
  const word = (one: Word, inside: Slice): ShellWord => (++words > mostWords ? unread(inside, one.pos, one.end) : readWord(one, inside, body));
  const list = (one: CompoundList, inside: Slice): readonly Statement[] => statements(one.commands, inside);

  const statements = (all: readonly UnbashStatement[], inside: Slice): readonly Statement[] => {
    const out: Statement[] = [];
    for (const one of all) {
      if (commands > mostCommands) break;
      out.push({ command: command(one.command, inside), background: one.background === true });
    }
    return out;
  };

  const redirect = (one: Redirection, inside: Slice): Redirect => {
    const at = inside.span(one.pos, one.end);
    if (one.type === 'HereDoc') return { operator: one.operator, target: undefined, body: readHeredoc(one, inside, body), at };
    return { operator: one.operator, target: one.target === undefined ? undefined : word(one.target, inside), at };
  };

  const assignment = (one: UnbashAssignment, inside: Slice): Assignment => {
    const array = one.value.type === 'ArrayValue';
    const value: ShellWord = one.value.type === 'ArrayValue' ? unread(inside, one.value.pos, one.value.end) : word(one.value, inside);
    return { name: one.name, value, partial: array || one.append === true || one.index !== undefined, at: inside.span(one.pos, one.end) };
  };

  const command = (node: PipelineNode | UnbashAndOr, inside: Slice, redirects: readonly Redirect[] = []): ShellCommand => {
    const at = inside.span(node.pos, node.end);
    if (++commands > mostCommands) return { kind: 'simple', assignments: [], words: [], redirects: [], at };
    switch (node.type) {
      case 'Command': {
        const own = node.suffix.filter((one) => one.type === 'Word' || one.type === 'Assignment');
        cut ||= own.length > mostOfOne || node.prefix.length > mostOfOne;
        const all = [...(node.name === undefined ? [] : [word(node.name, inside)]), ...own.slice(0, mostOfOne).map((one) => (one.type === 'Word' ? word(one, inside) : assignmentWord(one, inside, body)))];
        const assignments = node.prefix.slice(0, mostOfOne).flatMap((one) => (one.type === 'Assignment' ? [assignment(one, inside)] : []));
        return { kind: 'simple', assignments, words: all, redirects: [...redirects, ...node.redirects.map((one) => redirect(one, inside))], at };
      }
      case 'Pipeline':
        return { kind: 'pipeline', negated: node.prefixes.filter(({ type }) => type === 'Negation').length % 2 === 1, commands: node.commands.slice(0, mostCommands).map((one) => command(one, inside)), at };
      case 'AndOr':
        return { kind: 'and-or', commands: node.commands.slice(0, mostCommands).map((one) => command(one, inside)), operators: node.operators, at };
      case 'Redirected':
        return command(node.command, inside, node.redirects.map((one) => redirect(one, inside)));
      case 'Subshell':
        return { kind: 'subshell', body: list(node.body, inside), redirects, at };
      case 'BraceGroup':
        return { kind: 'group', body: list(node.body, inside), redirects, at };
      case 'Function':
        return { kind: 'function', name: node.name.value, body: inner(node.body, inside), at };
      case 'Coproc':
        return { kind: 'subshell', body: inner(node.body, inside), redirects, at };
      case 'If': {
        const branches = [node, ...node.elif].map(({ clause, then }) => ({ test: list(clause, inside), then: list(then, inside) }));
        return { kind: 'if', branches, otherwise: node.else === undefined ? undefined : list(node.else, inside), redirects, at };
      }
      case 'While':
        return { kind: node.kind, test: list(node.clause, inside), body: list(node.body, inside), redirects, at };
      case 'For':
      case 'Select':
        return { kind: 'for', name: node.name.value, words: node.wordlist?.map((one) => word(one, inside)), body: list(node.body, inside), redirects, at };
      case 'ArithmeticFor':
        return { kind: 'for', name: undefined, words: undefined, body: list(node.body, inside), redirects, at };
      case 'Case':
        return { kind: 'case', word: word(node.word, inside), items: node.items.map((item) => ({ patterns: item.pattern.map((one) => word(one, inside)), body: list(item.body, inside) })), redirects, at };
      case 'TestCommand':
        return { kind: 'test', text: inside.text.slice(node.pos, node.end), words: testWords(node.expression).map((one) => word(one, inside)), at };
      case 'ArithmeticCommand':
        return { kind: 'test', text: inside.text.slice(node.pos, node.end), words: [], at };
    }
  };

  const inner = (node: CommandNode | CompoundList, inside: Slice): readonly Statement[] => {
    if (node.type === 'CompoundList') return list(node, inside);
    const one = command(node, inside);
    return one.kind === 'group' && one.redirects.length === 0 ? one.body : [{ command: one, background: false }];
  };

  try {
    const script = parse(slice.text);
    const { statements: all } = body(script, slice);
    const whole = !cut && commands <= mostCommands && words <= mostWords;
    if (!whole) problems.unshift({ at: slice.span(), message: 'The script has too many commands to be read whole' });
    return { slice, statements: all, problems, ...(whole ? {} : { refused: true }) };
  } catch {
    // The parser recurses without a bound over chains such as `coproc coproc …`.
    return refused('The script cannot be read');
  }
}

/** A word of which nothing is known. */
const unread = (slice: Slice, start: number, end: number): ShellWord => ({ slice, start, end, parts: [{ kind: 'computed', start, end, quoted: true }] });

/** `A=b` behind a command, as in `export A=b`: the word that it also is. */
function assignmentWord(one: UnbashAssignment, inside: Slice, read: (script: UnbashScript, slice: Slice) => Body): ShellWord {
  if (one.value.type === 'ArrayValue' || one.value.pos <= one.pos) return unread(inside, one.pos, one.end);
  const value = readWord(one.value, inside, read);
  const head = { kind: 'text' as const, start: one.pos, end: one.value.pos, quoted: true, text: inside.text.slice(one.pos, one.value.pos), pieces: [{ start: one.pos, end: one.value.pos }] };
  return { slice: inside, start: one.pos, end: one.end, parts: [head, ...value.parts] };
}

function testWords(expression: TestExpression): readonly Word[] {
  switch (expression.type) {
    case 'TestUnary':
      return [expression.operand];
    case 'TestBinary':
      return [expression.left, expression.right];
    case 'TestLogical':
      return expression.operands.flatMap(testWords);
    case 'TestNot':
      return testWords(expression.operand);
    case 'TestGroup':
      return testWords(expression.expression);
  }
}

function unixLines(slice: Slice): Slice {
  if (!slice.text.includes('\r\n')) return slice;
  const pieces: { start: number; end: number; as?: string }[] = [];
  let from = 0;
  for (let at = slice.text.indexOf('\r\n'); at !== -1; at = slice.text.indexOf('\r\n', at + 2)) {
    pieces.push({ start: from, end: at }, { start: at, end: at + 2, as: '\n' });
    from = at + 2;
  }
  pieces.push({ start: from, end: slice.text.length });
  return slice.cut(pieces);
}

/** The deepest nesting of brackets, those in quotes and comments counted too: rather too deep than not deep enough. */
function depth(text: string): number {
  let now = 0;
  let most = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x28 || code === 0x7b) most = Math.max(most, ++now);
    else if ((code === 0x29 || code === 0x7d) && now > 0) now--;
  }
  return most;
}
