import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Script, type ShellCommand, type ShellWord, type SimpleCommand, type Statement, literal, readShell } from '../../src/syntax/shell/index.ts';
import { type Span, Slice } from '../../src/text/slice.ts';
import { busy } from '../busy.ts';

const read = (text: string): Script => readShell(Slice.of({ path: 'run.sh', text }));
const written = ({ source, start, end }: Span): string => source.text.slice(start, end);
const decoded = (word: ShellWord): Slice => word.slice.cut(word.parts.flatMap((part) => (part.kind === 'text' ? part.pieces : [{ start: part.start, end: part.end }])));

function only(text: string): ShellCommand {
  const { statements, problems } = read(text);
  expect(problems).toEqual([]);
  expect(statements).toHaveLength(1);
  return statements[0]?.command as ShellCommand;
}

function simple(text: string): SimpleCommand {
  const command = only(text);
  expect(command.kind).toBe('simple');
  return command as SimpleCommand;
}

describe('words', () => {
  it.each([
    ['plain', 'plain'],
    ['a\\ b', 'a b'],
    ["'a $b \\n'", 'a $b \\n'],
    ['"a\\"b\\$c\\n"', 'a"b$c\\n'],
    ["$'a\\tb\\x41\\u00e9\\101'", 'a\tbA\u00e9A'],
    ["$'\\xc3\\xa9'", '\u00e9'],
    ['a"b"\'c\'d', 'abcd'],
    ['one\\\ntwo', 'onetwo'],
    ['""', ''],
    ['*.sh', '*.sh'],
    ['@(a|b)', '@(a|b)'],
    ['{1..3}', '{1..3}'],
    ['\ue000/x', '\ue000/x'],
  ])('%j is decoded', (text, meaning) => {
    const { words } = simple(`docker ${text}`);
    expect(words).toHaveLength(2);
    const word = words[1] as ShellWord;
    expect(literal(word)).toBe(meaning);
    expect(decoded(word).text).toBe(meaning);
  });

  it.each([
    ["echo 'a b' c", 'b', 'b'],
    ['echo a\\ b', 'b', 'b'],
    ['echo "x\\"y"', '"', '\\"'],
    ["echo $'x\\ty'", '\t', '\\t'],
    ['echo one\\\ntwo', 'two', 'two'],
    ['echo "one\\\ntwo"', 'two', 'two'],
  ])('in %j the characters %j stand at %j', (text, part, place) => {
    const slice = decoded(simple(text).words[1] as ShellWord);
    const at = slice.text.indexOf(part);
    expect(written(slice.span(at, at + part.length))).toBe(place);
  });

  it('keeps the parts that are expanded', () => {
    const [, , word] = simple('docker run "$A/x"${B:-c$D}$(id -u)`pwd`$((1+2))').words;
    expect(word?.parts.map((part) => [part.kind, part.quoted, word.slice.text.slice(part.start, part.end)])).toEqual([
      ['parameter', true, '$A'],
      ['text', true, '/x'],
      ['parameter', false, '${B:-c$D}'],
      ['command', false, '$(id -u)'],
      ['command', false, '`pwd`'],
      ['computed', false, '$((1+2))'],
    ]);
    expect(simple('cat <(ls)').words[1]?.parts[0]).toMatchObject({ kind: 'process', body: { statements: [{}] } });
    const second = word?.parts[2];
    expect(second).toMatchObject({ name: 'B', operator: ':-', operand: { parts: [{ text: 'c' }, { name: 'D' }] } });
  });

  it.each([
    ['$X', 'X', undefined],
    ['${X}', 'X', undefined],
    ['${X#a}', 'X', '#'],
    ['${#X}', 'X', '#'],
    ['${!X}', 'X', '!'],
    ['${X/a/b}', 'X', '/'],
    ['${X:1:2}', 'X', '?'],
    ['${a[@]}', 'a[@]', undefined],
    ['$@', '@', undefined],
    ['$1', '1', undefined],
  ])('%s names a parameter', (text, name, operator) => {
    const part = simple(`echo ${text}`).words[1]?.parts[0];
    expect(part).toMatchObject({ kind: 'parameter', name });
    if (operator !== '?') expect(part?.kind === 'parameter' ? part.operator : undefined).toBe(operator);
  });

  it('undoes the escapes of backquotes, and still knows the place', () => {
    const part = simple('echo `cat \\`pwd\\`/x`').words[1]?.parts[0];
    if (part?.kind !== 'command') throw new Error('no substitution');
    const command = part.body.statements[0]?.command as SimpleCommand;
    expect(command.words.map(literal)).toEqual(['cat', undefined]);
    const inner = command.words[1]?.parts[0];
    if (inner?.kind !== 'command') throw new Error('no inner substitution');
    const name = (inner.body.statements[0]?.command as SimpleCommand).words[0] as ShellWord;
    expect(written(name.slice.span(name.start, name.end))).toBe('pwd');
  });
});

describe('commands', () => {
  it('has assignments, words and redirects', () => {
    const { assignments, words, redirects } = simple('A=b C+=d docker ps >out 2>&1 <<<"$X"');
    expect(assignments.map(({ name, partial, at }) => [name, partial, written(at)])).toEqual([['A', false, 'A=b'], ['C', true, 'C+=d']]);
    expect(words.map(literal)).toEqual(['docker', 'ps']);
    expect(redirects.map(({ operator, target }) => [operator, target && literal(target)])).toEqual([['>', 'out'], ['>&', '1'], ['<<<', undefined]]);
  });

  it('reads the assignments behind export as words', () => {
    expect(simple('export A=b "C=d e" F').words.map(literal)).toEqual(['export', 'A=b', 'C=d e', 'F']);
    expect(simple('export A="$B"').words[1]?.parts.map(({ kind }) => kind)).toEqual(['text', 'parameter']);
  });

  it.each([
    ["cat <<'E'\na $b\nE\n", 'a $b\n'],
    ['cat <<-E\n\ta\n\t\tb\n\tE\n', 'a\nb\n'],
    ['cat <<E\na \\$b \\"\nE\n', 'a $b \\"\n'],
  ])('%j has a body', (text, body) => {
    const word = simple(text).redirects[0]?.body;
    expect(word && literal(word)).toBe(body);
  });

  it('expands in an unquoted heredoc, at the right place', () => {
    const word = simple('cat <<-E\n\tx $HOME y\n\tE\n').redirects[0]?.body;
    expect(word?.parts.map(({ kind }) => kind)).toEqual(['text', 'parameter', 'text']);
    expect(word?.slice.text.slice(word.parts[1]?.start, word.parts[1]?.end)).toBe('$HOME');
  });

  it.each([
    ['a | b', 'pipeline'],
    ['! a', 'pipeline'],
    ['a && b || c', 'and-or'],
    ['(a; b)', 'subshell'],
    ['{ a; b; }', 'group'],
    ['f() { a; }', 'function'],
    ['function f { a; }', 'function'],
    ['if a; then b; elif c; then d; else e; fi', 'if'],
    ['while a; do b; done', 'while'],
    ['until a; do b; done', 'until'],
    ['for x in 1 2; do b; done', 'for'],
    ['for ((i=0;i<3;i++)); do b; done', 'for'],
    ['select x in 1 2; do b; done', 'for'],
    ['case $x in a|b) c;; *) d;; esac', 'case'],
    ['[[ -n $x && a == b ]]', 'test'],
    ['((i++))', 'test'],
    ['coproc a', 'subshell'],
  ])('%s is a %s', (text, kind) => {
    const command = only(text);
    expect(command.kind).toBe(kind);
    expect(written(command.at)).toBe(text);
  });

  it('knows what is negated, in the background, and where a branch leads', () => {
    expect(only('! a')).toMatchObject({ negated: true });
    expect(only('! ! a')).toMatchObject({ negated: false });
    expect(read('a & b').statements.map(({ background }) => background)).toEqual([true, false]);
    expect(only('if a; then b; elif c; then d; else e; fi')).toMatchObject({ branches: [{ then: [{}] }, { then: [{}] }], otherwise: [{}] });
    expect(only('a && b || c')).toMatchObject({ operators: ['&&', '||'] });
    const loop = only('for x in 1 $y; do z; done');
    expect(loop.kind === 'for' && loop.words?.map(literal)).toEqual(['1', undefined]);
    const cases = only('case $x in a|b) c;; *) d;; esac');
    expect(cases.kind === 'case' && cases.items.map(({ patterns }) => patterns.map(literal))).toEqual([['a', 'b'], ['*']]);
  });

  it('reads CRLF as it reads LF, at the same places', () => {
    const { statements, slice } = read('docker ps\r\nif a\r\nthen\r\n  docker info\r\nfi\r\n');
    expect(slice.text).not.toContain('\r');
    expect(statements.map(({ command }) => command.kind)).toEqual(['simple', 'if']);
    const inner = statements[1]?.command;
    const then = inner?.kind === 'if' ? (inner.branches[0]?.then[0] as Statement) : undefined;
    expect(then && written(then.command.at)).toBe('docker info');
  });
});

describe('what cannot be read', () => {
  it('is a problem, and the rest is there', () => {
    const { statements, problems } = read('docker ps\nif a; then');
    expect(statements.length).toBeGreaterThan(0);
    expect(problems.length).toBeGreaterThan(0);
  });

  it.each([
    ['brackets', '('.repeat(20_000)],
    ['closed brackets', `${'( '.repeat(20_000)}a${')'.repeat(20_000)}`],
    ['substitutions', '$('.repeat(20_000)],
    ['quoted substitutions', `echo ${'"$('.repeat(20_000)}`],
    ['braces', '{ '.repeat(20_000)],
    ['ifs', 'if a; then '.repeat(10_000)],
    ['functions', `${'f() '.repeat(20_000)}{ :; }`],
    ['coprocesses', `${'coproc '.repeat(20_000)}a`],
    ['backquotes', '`'.repeat(20_001)],
    ['commands', 'a;'.repeat(100_000)],
    ['heredocs', `cat ${'<<E '.repeat(20_000)}\nE\n`],
    ['a long line', 'a'.repeat(2 ** 20)],
    ['words', 'a '.repeat(100_000)],
    ['assignments', 'a=b '.repeat(50_000)],
  ])('%s without end are a problem soon', (_, text) => {
    const start = busy();
    expect(read(text).problems.length).toBeGreaterThan(0);
    expect(busy() - start).toBeLessThan(10_000);
  });

  it('never throws, and never points outside', { timeout: 60_000 }, () => {
    const piece = fc.constantFrom('docker', ' ', '\n', '\r\n', '"', "'", '`', '$(', ')', '(', '${', '}', '{', '$X', '\\', '|', '&&', '||', '&', ';', '<<E\n', 'E\n', '<<-E', 'if ', 'then ', 'fi', 'do ', 'done', 'while ', 'case ', 'esac', 'in ', '[[', ']]', '((', '))', '$\'', '\\x41', '#', '>', '\0', '\ue000', 'é', '😀', '=', 'A=b', '*', '@(', '<(');
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.array(piece, { maxLength: 30 }).map((all) => all.join(''))), (text) => {
        const script = read(text);
        visit(script.statements, (word) => {
          const { start, end } = decoded(word).span();
          expect(start >= 0 && end <= text.length && start <= end).toBe(true);
        });
        for (const { at } of script.problems) expect(at.start >= 0 && at.end <= text.length).toBe(true);
      }),
      { seed: 7, numRuns: 1_500 },
    );
  });
});

function visit(statements: readonly Statement[], see: (word: ShellWord) => void): void {
  const word = (one: ShellWord): void => {
    see(one);
    for (const part of one.parts) {
      if (part.kind === 'command' || part.kind === 'process') visit(part.body.statements, see);
      if (part.kind === 'parameter' && part.operand !== undefined) word(part.operand);
    }
  };
  const command = (one: ShellCommand): void => {
    if ('words' in one) one.words?.forEach(word);
    if ('commands' in one) one.commands.forEach(command);
    if ('body' in one) visit(one.body, see);
    if ('branches' in one) for (const { test, then } of one.branches) visit([...test, ...then, ...(one.otherwise ?? [])], see);
    if ('items' in one) for (const { body } of one.items) visit(body, see);
    if ('redirects' in one) for (const { target, body } of one.redirects) [target, body].forEach((each) => each && word(each));
  };
  for (const statement of statements) command(statement.command);
}
