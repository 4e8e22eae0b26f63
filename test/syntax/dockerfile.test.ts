import { DockerfileParser } from 'dockerfile-ast';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { expand } from '../../src/syntax/dockerfile/expansion.ts';
import { blankSeparated, fields, jsonStrings, pairs, words } from '../../src/syntax/dockerfile/words.ts';
import { mostInstructions, readDockerfile } from '../../src/syntax/dockerfile/index.ts';
import { holed } from '../../src/syntax/hole.ts';
import { Slice, type Span } from '../../src/text/slice.ts';
import { type Value, assumed, known, oneOf, unknown, written } from '../../src/value/value.ts';

const sliceOf = (text: string): Slice => Slice.of({ path: 'Dockerfile', text });
const read = (text: string) => readDockerfile(sliceOf(text));
const at = ({ source, start, end }: Span): string => source.text.slice(start, end);

describe('instructions', () => {
  const cases: readonly (readonly [title: string, text: string, instructions: readonly (readonly [string, string])[]])[] = [
    ['one each line', 'FROM a\nRUN b c\n', [['FROM', 'a'], ['RUN', 'b c']]],
    ['in any case, with blanks around', '  from a  \n\trun  b\n', [['FROM', 'a'], ['RUN', 'b']]],
    ['CRLF', 'FROM a\r\nRUN b \\\r\n  c\r\nCMD d', [['FROM', 'a'], ['RUN', 'b   c'], ['CMD', 'd']]],
    ['continuations, blanks behind the escape', 'RUN a \\ \t\n b\\\nc\nCMD x', [['RUN', 'a  bc'], ['CMD', 'x']]],
    ['comments and empty lines inside', 'RUN a \\\n# one\n\n   # two\n && b\nCMD x', [['RUN', 'a  && b'], ['CMD', 'x']]],
    ['a comment on the last continued line', 'RUN a \\\n# one', [['RUN', 'a']]],
    ['an escaped escape ends the line', 'RUN echo \\\\\nRUN b', [['RUN', 'echo \\\\'], ['RUN', 'b']]],
    ['a hash inside is no comment', 'RUN a # b\nRUN c', [['RUN', 'a # b'], ['RUN', 'c']]],
    ['# escape=`', '# escape=`\nFROM a\nRUN b `\n c \\\nCMD x', [['FROM', 'a'], ['RUN', 'b  c \\'], ['CMD', 'x']]],
    ['# escape after # syntax, spaced and capital', '# syntax = docker/dockerfile:1\n#  ESCAPE = `\nRUN b `\n c', [['RUN', 'b  c']]],
    ['# escape after another comment is a comment', '# hello\n# escape=`\nRUN b `\nCMD x', [['RUN', 'b `'], ['CMD', 'x']]],
    ['a byte order mark', '\ufeffFROM a', [['FROM', 'a']]],
    ['a keyword cut by a continuation', 'FR\\\nOM a', [['FROM', 'a']]],
    ['a keyword alone', 'CMD\nRUN x', [['CMD', ''], ['RUN', 'x']]],
    ['a script that says <<EOF in quotes', 'RUN echo "a <<EOF b"\nRUN c', [['RUN', 'echo "a <<EOF b"'], ['RUN', 'c']]],
    ['arithmetic and here-strings', 'RUN x=$((1<<2)); cat <<< b\nRUN c', [['RUN', 'x=$((1<<2)); cat <<< b'], ['RUN', 'c']]],
    ['a JSON form has no heredoc', 'RUN ["cat", "<<EOF"]\nRUN c', [['RUN', '["cat", "<<EOF"]'], ['RUN', 'c']]],
  ];
  test.each(cases)('%s', (_, text, expected) => {
    const { instructions, problems } = read(text);
    expect(instructions.map(({ keyword, rest }) => [keyword, rest.text])).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it('knows where each character of a continued line was written', () => {
    const text = 'FROM a\r\nRUN one \\\r\n# x\r\n  two';
    const [, run] = read(text).instructions;
    const from = run?.rest.text.indexOf('two') ?? -1;
    expect(at(run?.rest.span(from, from + 3) as Span)).toBe('two');
    expect(at(run?.at as Span)).toBe('RUN one \\\r\n# x\r\n  two');
    expect(read(text).comments.map(at)).toEqual(['# x']);
  });

  it('reads flags, quoted and escaped blanks in them, and leaves -- alone', () => {
    const text = 'FROM --platform=linux/amd64 a\nRUN --mount=type=bind,source="a b",target=/x --security=insecure --network=none make --flag\nCOPY --link --from=x /a /b\nRUN -- a';
    const [from, run, copy, plain] = read(text).instructions;
    expect(from?.flags.map(({ name, value }) => [name, value?.text])).toEqual([['platform', 'linux/amd64']]);
    expect(run?.flags.map(({ name, value, at: span }) => [name, value?.text, at(span)])).toEqual([
      ['mount', 'type=bind,source="a b",target=/x', '--mount=type=bind,source="a b",target=/x'],
      ['security', 'insecure', '--security=insecure'],
      ['network', 'none', '--network=none'],
    ]);
    expect(run?.rest.text).toBe('make --flag');
    expect(copy?.flags.map(({ name, value }) => [name, value?.text])).toEqual([['link', undefined], ['from', 'x']]);
    expect(plain?.rest.text).toBe('a');
  });

  it('holds back the instruction of ONBUILD, heredocs too', () => {
    const text = 'FROM a\nONBUILD RUN --network=none cat <<EOF\nhi\nEOF\nONBUILD COPY . /x\nCMD y';
    const [, one, two, cmd] = read(text).instructions;
    expect([one?.keyword, one?.trigger?.keyword, one?.trigger?.flags[0]?.name, one?.trigger?.heredocs[0]?.body.text]).toEqual(['ONBUILD', 'RUN', 'network', 'hi\n']);
    expect(one?.trigger?.script.text).toBe('cat <<EOF\nhi\nEOF');
    expect([two?.trigger?.keyword, two?.trigger?.rest.text, cmd?.keyword]).toEqual(['COPY', '. /x', 'CMD']);
    expect(at(one?.at as Span)).toBe('ONBUILD RUN --network=none cat <<EOF\nhi\nEOF');
  });

  it('agrees with dockerfile-ast on where ordinary instructions stand', () => {
    const text = '# syntax=docker/dockerfile:1\nARG A=1\nFROM --platform=$B docker:${A} AS x\n# c\nRUN a \\\n  && b\n\nCOPY --from=0 /a /b\nRUN <<EOF\nx\nEOF\nHEALTHCHECK --interval=5s CMD a\nCMD ["a", "b"]\n';
    const theirs = DockerfileParser.parse(text).getInstructions().map((one) => one.getKeyword());
    expect(read(text).instructions.map(({ keyword }) => keyword)).toEqual(theirs);
  });
});

describe('heredocs', () => {
  it.each([
    ['alone', 'RUN <<EOF\na\nb\nEOF\nCMD x', 'a\nb\n', [['EOF', true, 'a\nb\n']]],
    ['with quotes', "RUN <<'EOF'\n$a\nEOF\nCMD x", '$a\n', [['EOF', false, '$a\n']]],
    ['a name of two words', 'RUN cat <<"E F"\nhi\nE F\nCMD x', 'cat <<"E F"\nhi\nE F', [['E F', false, 'hi\n']]],
    ['with a file descriptor', 'RUN 3<<EOF\nhi\nEOF\nCMD x', 'hi\n', [['EOF', true, 'hi\n']]],
    ['tabs gone', 'RUN <<-EOF\n\ta\n\t\tEOF\nCMD x', 'a\n', [['EOF', true, 'a\n']]],
    ['a program that reads it', 'RUN python3 <<EOF\nprint(1)\nEOF\nCMD x', 'python3 <<EOF\nprint(1)\nEOF', [['EOF', true, 'print(1)\n']]],
    ['redirected without a blank', 'RUN cat <<EOF>/x\nhi\nEOF\nCMD x', 'cat <<EOF>/x\nhi\nEOF', [['EOF', true, 'hi\n']]],
    ['two in a COPY', 'COPY <<a <<b /x/\n1\na\n2\nb\nCMD x', '<<a <<b /x/\n1\na\n2\nb', [['a', true, '1\n'], ['b', true, '2\n']]],
    ['instructions and comments inside', 'RUN <<EOF\n# no comment\nRUN x\nEOF\nCMD x', '# no comment\nRUN x\n', [['EOF', true, '# no comment\nRUN x\n']]],
    ['empty', 'RUN <<EOF\nEOF\nCMD x', '', [['EOF', true, '']]],
    ['an indented name does not end it', 'RUN <<EOF\n  EOF\nEOF\nCMD x', '  EOF\n', [['EOF', true, '  EOF\n']]],
    ['CRLF', 'RUN <<EOF\r\na\r\nEOF\r\nCMD x', 'a\r\n', [['EOF', true, 'a\r\n']]],
  ] as const)('%s', (_, text, script, heredocs) => {
    const { instructions, problems } = read(text);
    expect(problems).toEqual([]);
    expect(instructions).toHaveLength(2);
    expect(instructions[0]?.script.text).toBe(script);
    expect(instructions[0]?.heredocs.map(({ name, expands, body }) => [name, expands, body.text])).toEqual(heredocs);
    expect(instructions[1]?.keyword).toBe('CMD');
  });

  it('is read to the end of the file, and a problem, where it does not end', () => {
    const { instructions, problems } = read('FROM a\nRUN cat <<EOF\nx\n');
    expect(instructions[1]?.heredocs[0]?.body.text).toBe('x\n');
    expect(problems.map((problem) => [at(problem.at), problem.message])).toEqual([['<<EOF', 'the heredoc EOF does not end']]);
  });

  it('keeps positions', () => {
    const [run] = read('RUN <<-EOF\n\tdocker info\n\tEOF\n').instructions;
    const script = run?.script as Slice;
    expect(at(script.span(script.text.indexOf('info'), script.text.indexOf('info') + 4))).toBe('info');
  });
});

describe('words', () => {
  it('splits at blanks, or at blanks outside of quotes', () => {
    expect(blankSeparated(sliceOf(' a "b c" d ')).map(({ text }) => text)).toEqual(['a', '"b', 'c"', 'd']);
    expect(words(sliceOf(` a "b c"d  'e \\'  f\\ g `), '\\').map(({ text }) => text)).toEqual(['a', '"b c"d', "'e \\'", 'f\\ g']);
  });

  it.each([
    ['A=1 B="x y" C=a\\ b D=', [['A', '1'], ['B', '"x y"'], ['C', 'a\\ b'], ['D', '']]],
    ['A the rest of = it ', [['A', 'the rest of = it']]],
    ['A', []],
    ['', []],
    ['"A"=1 loose', [['A', '1']]],
  ] as const)('pairs of %j', (text, expected) => {
    expect(pairs(sliceOf(text), '\\').map(({ name, value }) => [name, value.text])).toEqual(expected);
  });

  it('takes the fields of --mount apart', () => {
    const found = fields(sliceOf('type=bind,rw,"source=/a,b",Target=/x'));
    expect(found.map(({ name, value }) => [name, value?.text])).toEqual([['type', 'bind'], ['rw', undefined], ['source', '/a,b'], ['target', '/x']]);
  });

  it.each([
    ['["a", "b c"]', ['a', 'b c']],
    [' [ "a" ] ', ['a']],
    ['[]', []],
    ['["\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\uD83D\\uDE00"]', ['"\\/\b\f\n\r\tA😀']],
    ['[""]', ['']],
    ["['a']", undefined],
    ['["a",]', undefined],
    ['["a"] # no', undefined],
    ['["a", 1]', undefined],
    ['["a" "b"]', undefined],
    ['["\\x"]', undefined],
    ['["\\u00g0"]', undefined],
    ['["a', undefined],
    ['[ -f x ] && y', undefined],
    ['["a\tb"]', undefined],
  ] as const)('JSON %j', (text, expected) => {
    expect(jsonStrings(sliceOf(text))?.map((slice) => slice.text)).toEqual(expected);
  });

  it('finds every character of a JSON string in the file', () => {
    const [one] = jsonStrings(sliceOf('["a\\tb\\u0041c"]')) ?? [];
    expect([at(one?.span(1, 2) as Span), at(one?.span(2, 3) as Span), at(one?.span(3, 4) as Span), at(one?.span(4, 5) as Span)]).toEqual(['\\t', 'b', '\\u0041', 'c']);
  });

  it('agrees with JSON.parse', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (strings) => {
      expect(jsonStrings(sliceOf(JSON.stringify(strings)))?.map(({ text }) => text)).toEqual(strings);
    }));
  });
});

describe('variables', () => {
  const here = written(sliceOf('').span());
  const variables: Readonly<Record<string, Value<string | undefined>>> = {
    A: known('one', here),
    EMPTY: known('', here),
    PATHS: known('/a/b.tar.gz', here),
    FOG: { ...unknown('remote', here), shape: [{ name: 'FOG', varies: 'unknown' }] },
    NOTGIVEN: known(undefined, assumed(sliceOf('').span(), { key: 'arg.NOTGIVEN', says: '' })),
    EITHER: oneOf([known('x', here), known('y', here)], here),
  };
  const read1 = (text: string) => expand(sliceOf(text), (name) => variables[name] ?? known(undefined, here), '\\', 'taken');
  const shown = (value: Value<string>): unknown => (value.kind === 'known' ? value.value : value.kind === 'one-of' ? value.options.map((option) => option.value) : [value.why, ...(value.shape ?? []).map((part) => (typeof part === 'string' ? part : `<${part.name}>`))]);

  it.each([
    ['plain', 'plain'],
    ['$A-${A}b', 'one-oneb'],
    ['$A_x', ''],
    ['"$A" \'$A\' \\$A', "one $A $A"],
    ['"a\\"b\\c" a\\ b', 'a"b\\c a b'],
    ['${NONE:-d $A}', 'd one'],
    ['${EMPTY:-d}${EMPTY-e}', 'd'],
    ['${A:-d}${A-d}', 'oneone'],
    ['${A:+yes}${A+yes}${NONE:+no}${NONE+no}', 'yesyes'],
    ['${EMPTY:+no}${EMPTY+yes}', 'yes'],
    ['${A:?must}', 'one'],
    ['${NONE:-${NONE:-"deep"}}', 'deep'],
    ['${PATHS#*/}', 'a/b.tar.gz'],
    ['${PATHS##*/}', 'b.tar.gz'],
    ['${PATHS%.*}', '/a/b.tar'],
    ['${PATHS%%.*}', '/a/b'],
    ['${PATHS/a/x}', '/x/b.tar.gz'],
    ['${PATHS//a/x}', '/x/b.txr.gz'],
    ['${PATHS//?.t/-}', '/a/-ar.gz'],
    ['$', '$'],
    ['a$(b)', 'a$(b)'],
    ['a\\', 'a'],
    ['x$FOG', ['remote', 'x', '<FOG>']],
    ['x${FOG:-d}y', ['variable', 'x', '<FOG>', 'y']],
    ['$NOTGIVEN', ['variable', '<NOTGIVEN>']],
    ['${NOTGIVEN:-d}', 'd'],
    ['v$EITHER', ['vx', 'vy']],
    ['${FOG#a}', ['variable', '<FOG>']],
    ['"open', ['unreadable']],
    ["it's", ['unreadable']],
    ['${A', ['unreadable']],
    ['${}', ['unreadable']],
    ['${A~b}', ['unreadable']],
    ['{{ image }}', ['unreadable']],
    ['a<%= b %>', ['unreadable']],
  ] as const)('%s', (text, expected) => {
    expect(shown(read1(text))).toEqual(expected);
  });

  it('rests a default on what was not given', () => {
    const value = read1('${NOTGIVEN:-d}');
    expect(value.origin.kind === 'derived' && value.origin.from.map(({ kind }) => kind)).toEqual(['written', 'assumed']);
  });

  it('maps a default to where it is written, a variable to its reference', () => {
    const text = 'x${NONE:-docker:28}$A';
    const { slice } = read1(text);
    expect(slice.text.startsWith('xdocker:28')).toBe(true);
    expect(holed(slice.text.slice(-1))).toBe(true);
    expect(at(slice.span(1, 7))).toBe('docker');
    expect(at(slice.span(slice.text.length - 1))).toBe('$A');
  });

  it('keeps the quotes of a heredoc, and what single ones hold', () => {
    const value = expand(sliceOf(`a "$A" '$A' \\$A`), (name) => variables[name] ?? known(undefined, here), '\\', 'kept');
    expect(value.kind === 'known' && value.value).toBe(`a "one" '$A' \\$A`);
  });

  it('gives up on variables that double each other', () => {
    let value: Value<string> = known('xx', here);
    for (let round = 0; round < 60; round++) {
      const before = value;
      value = expand(sliceOf('$A$A'), () => before, '\\', 'taken');
    }
    expect(value.kind).toBe('unknown');
    let fog: Value<string> = { ...unknown('remote', here), shape: ['a', { name: 'B', varies: 'unknown' }] };
    for (let round = 0; round < 60; round++) {
      const before = fog;
      fog = expand(sliceOf('$A$A'), () => before, '\\', 'taken');
    }
    expect(fog.kind === 'unknown' && fog.why).toBe('unreadable');
  });
});

describe('hostile input', () => {
  const quick = (text: string) => {
    const start = process.cpuUsage();
    const tree = read(text);
    for (const { rest } of tree.instructions) jsonStrings(rest);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(2_000);
    return tree;
  };

  it.each([
    ['a line of a mebibyte', `FROM a\nRUN ${'a '.repeat(524_288)}`],
    ['a word of a mebibyte', `FROM a\nRUN ${'a'.repeat(1_048_576)}`],
    ['continuations', `FROM a\nRUN ${'a \\\n'.repeat(300_000)}`],
    ['escapes', `FROM a\nRUN ${'\\'.repeat(1_000_000)}`],
    ['heredoc words', `FROM a\nRUN ${'<<A '.repeat(100_000)}`],
    ['a long JSON array', `FROM a\nCMD [${'"a",'.repeat(200_000)}"b"]`],
    ['comments', `FROM a\n${'# c\n'.repeat(200_000)}`],
    ['flags', `FROM a\nRUN ${'--a=b '.repeat(100_000)}`],
  ])('%s', (_, text) => {
    quick(text);
  });

  it('reads no more than so many instructions, and says so', () => {
    const { instructions, problems } = quick(`FROM a\n${'RUN x\n'.repeat(20_000)}`);
    expect(instructions).toHaveLength(mostInstructions);
    expect(problems[0]?.message).toContain('more than');
  });

  it('reads nothing of a file with NUL characters', () => {
    const { instructions, problems } = read('FROM a\0b');
    expect([instructions.length, problems.length]).toEqual([0, 1]);
  });

  it('takes the escape directive of no other character', () => {
    const { escape, problems } = read('# escape=^\nFROM a');
    expect([escape, problems.map((problem) => at(problem.at))]).toEqual(['\\', ['^']]);
  });

  it('nests no deeper than it can', () => {
    expect(expand(sliceOf('${A:-'.repeat(50_000)), () => known(undefined, written(sliceOf('').span())), '\\', 'taken').kind).toBe('unknown');
  });

  it('never throws, and never points outside of the file', () => {
    const token = fc.constantFrom('FROM a', 'RUN', 'COPY', 'ONBUILD ', '<<EOF', '<<-"E"', 'EOF', '\n', '\r\n', '\\', '\\\n', ' ', '"', "'", '[', ']', ',', '${A:-', '}', '$', '# escape=`\n', '`\n', '#', '--mount=', '\t', '\u0000', '😀', '=');
    fc.assert(
      fc.property(fc.array(fc.oneof(token, fc.string()), { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const tree = read(text);
        const spans = [...tree.comments, ...tree.problems.map((problem) => problem.at), ...tree.instructions.flatMap((one) => [one.at, one.rest.span(), one.script.span(), ...one.flags.map((flag) => flag.at)])];
        for (const { start, end } of spans) expect(start >= 0 && start <= end && end <= text.length).toBe(true);
        for (const { rest } of tree.instructions) expand(rest, () => known('v', written(rest.span())), tree.escape, 'taken');
      }),
      { numRuns: 500 },
    );
  });
});
