import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Call, type Closure, type GroovyExpression, type GroovyScript, type GroovyStatement, type GroovyString, bodyOf, namedValue, partsOf, pathOf, readGroovy } from '../../src/syntax/groovy/index.ts';
import { type Span, Slice } from '../../src/text/slice.ts';
import { busy } from '../busy.ts';

const read = (text: string): GroovyScript => readGroovy(Slice.of({ path: 'Jenkinsfile', text }));
const written = ({ source, start, end }: Span): string => source.text.slice(start, end);

function every(script: GroovyScript): readonly GroovyStatement[] {
  const all: GroovyStatement[] = [];
  const visit = (node: GroovyStatement): void => {
    all.push(node);
    partsOf(node).forEach(visit);
  };
  script.statements.forEach(visit);
  return all;
}

function only(text: string): GroovyStatement {
  const { statements, problems } = read(text);
  expect(problems).toEqual([]);
  expect(statements).toHaveLength(1);
  return statements[0] as GroovyStatement;
}

function call(text: string): Call {
  const one = only(text);
  expect(one.kind).toBe('call');
  return one as Call;
}

function string(text: string): GroovyString {
  const [value] = call(`sh(${text})`).arguments;
  expect(value?.kind).toBe('string');
  return value as GroovyString;
}

const strings = (script: GroovyScript): readonly string[] => every(script).flatMap((one) => (one.kind === 'string' ? [one.slice.text] : []));

describe('strings', () => {
  it.each([
    [`'a'`, 'a'],
    [`''`, ''],
    [`"a"`, 'a'],
    [`'''a\n'b'''`, "a\n'b"],
    [`"""a\n"b" """`, 'a\n"b" '],
    [`/a\\/b\\d/`, 'a/b\\d'],
    [`/a\\\nb/`, 'ab'],
    [`$/a $$b $/c \\d/$`, 'a $b /c \\d'],
    [`'\\n\\t\\b\\r\\f\\\\\\'\\"\\$'`, '\n\t\b\r\f\\\'"$'],
    [`"\\u0041\\uu00e9\\101\\7"`, 'A\u00e9A\u0007'],
    [`'one\\\ntwo'`, 'onetwo'],
    [`'''one\\\r\ntwo\r\nthree'''`, 'onetwo\nthree'],
    [`'$a \${b}'`, '$a ${b}'],
    [`"\\$a \\\${b}"`, '$a ${b}'],
    [`/a$/`, 'a$'],
  ])('%j is decoded', (text, meaning) => {
    const { slice, holes, at } = string(text);
    expect(slice.text).toBe(meaning);
    expect(holes.size).toBe(0);
    expect(written(at)).toBe(text);
  });

  it.each([
    [`'a\\'b'`, "'", "\\'"],
    [`"x\\ty z"`, '\t', '\\t'],
    [`"x\\ty z"`, 'z', 'z'],
    [`'''a\r\nb'''`, 'b', 'b'],
    [`'''\\\n  image: x'''`, 'image', 'image'],
    [`"a \${b} c"`, 'c', 'c'],
    [`/a\\/c/`, '/', '\\/'],
  ])('in %j the characters %j stand at %j', (text, part, place) => {
    const { slice } = string(text);
    const at = slice.text.indexOf(part);
    expect(written(slice.span(at, at + part.length))).toBe(place);
  });

  it('keeps what stands in holes, each at its place', () => {
    const { slice, holes } = string('"a $b.c ${d.e(\'f\')} ${} ${g; h} ${-> i}"');
    expect([...holes.values()].map(({ kind }) => kind)).toEqual(['property', 'call', 'literal', 'call', 'closure']);
    const characters = [...holes.keys()];
    expect(slice.text).toBe(`a ${characters.join(' ')}`);
    expect(characters.map((one) => written(slice.span(slice.text.indexOf(one), slice.text.indexOf(one) + 1)))).toEqual(['$b.c', "${d.e('f')}", '${}', '${g; h}', '${-> i}']);
  });

  it('gives no two holes of a file the same character, nor one that stands in it', () => {
    const script = read('a "${b}"\nc "${d} \ue001"\ne """${"${f}"}"""');
    const characters = every(script).flatMap((one) => (one.kind === 'string' ? [...one.holes.keys()] : []));
    expect(characters).toHaveLength(4);
    expect(new Set([...characters, '\ue001']).size).toBe(5);
  });

  it('shares the last character among holes once there are none left, and knows nothing of them', () => {
    const script = read('a "${b}"\n'.repeat(6_402));
    const last = every(script).flatMap((one) => (one.kind === 'string' ? [...one.holes] : [])).slice(-2);
    expect(last[0]?.[0]).toBe(last[1]?.[0]);
    expect(last.map(([, { kind }]) => kind)).toEqual(['unread', 'unread']);
  });

  it('is located in a text that is itself cut out of a file', () => {
    const text = 'jenkins: |\n  sh """\n    docker ${a}\n  """\n';
    const slice = Slice.of({ path: 'casc.yaml', text }).cut([{ start: 13, end: 20 }, { start: 22, end: 36 }, { start: 38, end: 42 }]);
    const [first] = readGroovy(slice).statements;
    const value = first?.kind === 'call' ? first.arguments[0] : undefined;
    if (value?.kind !== 'string') return expect.fail('no string');
    expect(written(value.slice.span(value.slice.text.indexOf('docker'), value.slice.text.indexOf('docker') + 6))).toBe('docker');
  });

  it.each([`'a\\d'`, `"$(pwd)"`, `"""a $ b"""`, `"a`, `'a`])('%s is no string to Groovy, and unread', (text) => {
    const { statements, problems } = read(`sh ${text}\nsh 'next'`);
    expect(problems).not.toEqual([]);
    expect(statements.map((one) => (one.kind === 'call' ? one.arguments[0]?.kind : one.kind))).toEqual(['unread', 'string']);
  });
});

describe('calls', () => {
  it.each([
    ["sh 'a'", 'sh', 1, [], false],
    ["sh('a')", 'sh', 1, [], false],
    ["sh script: 'a', label: 'b'", 'sh', 0, ['script', 'label'], false],
    ["sh(script: 'a', returnStdout: true)", 'sh', 0, ['script', 'returnStdout'], false],
    ["stage('a') { b }", 'stage', 2, [], true],
    ["stage('a')\n{ b }", 'stage', 2, [], true],
    ['node { }', 'node', 1, [], true],
    ["node 'a', { }", 'node', 2, [], true],
    ["docker.image('x').inside('-u root') { c -> }", 'inside', 2, [], true],
    ['parallel a: { }, b: { }, failFast: true', 'parallel', 0, ['a', 'b', 'failFast'], false],
    ["parallel 'a': { }, \"b\": { }, (c): { }", 'parallel', 0, ['a', 'b', undefined], false],
    ['podTemplate(yaml: """a""") { }', 'podTemplate', 1, ['yaml'], true],
    ["steps.sh 'a'", 'sh', 1, [], false],
    ['a?.b(*c)', 'b', 1, [], false],
    ["env.\"A_${b}\"('c')", undefined, 1, [], false],
    ['a()()', undefined, 0, [], false],
  ] as const)('%s', (text, name, positional, named, closure) => {
    const one = call(text);
    expect([one.name, one.arguments.length, one.named.map((entry) => entry.name), bodyOf(one) !== undefined]).toEqual([name, positional, named, closure]);
    expect(written(one.at)).toBe(text);
    if (name !== undefined) expect(written(one.nameAt)).toBe(name);
  });

  it('reads a chain as calls of what each gives', () => {
    const outer = call("a 'b' c 'd'");
    expect([outer.name, outer.object?.kind === 'call' ? outer.object.name : undefined]).toEqual(['c', 'a']);
  });

  it('hands a closure to the name before it, as Groovy does', () => {
    expect(call("node 'x' { sh 'a' }").arguments.map(({ kind }) => kind)).toEqual(['call']);
  });

  it('gives the last of two values of the same name', () => {
    const value = namedValue(call("sh(script: 'a', script: 'b')").named, 'script');
    expect(value?.kind === 'string' ? value.slice.text : undefined).toBe('b');
  });

  it.each([
    ['env.TAG', ['env', 'TAG']],
    ["env['TAG']", ['env', 'TAG']],
    ['a?.b.c', ['a', 'b', 'c']],
    ['a*.b', undefined],
    ['a().b', undefined],
    ['a["${b}"]', undefined],
  ])('the path %s', (text, path) => {
    expect(pathOf(only(text) as GroovyExpression)).toEqual(path);
  });
});

describe('statements', () => {
  it.each([
    ["def x = 'a'", 'define'],
    ['String x', 'define'],
    ['final List<Map<String, String>> x = []', 'define'],
    ["def (a, b) = ['c', 'd']", 'define'],
    ["@Field def x = 'a'", 'define'],
    ["@Library('x@main') _", 'define'],
    ["env.X = 'a'", 'assign'],
    ["a['b'] += 'c'", 'assign'],
    ['if (a) b else if (c) d else { e }', 'if'],
    ['for (x in y) { z }', 'for'],
    ['for (int i = 0; i < 3; i++) z', 'for'],
    ['while (a) { b }', 'while'],
    ['try { a } catch (B | C d) { e } finally { f }', 'try'],
    ["switch (a) { case 'b': c; break; default: d }", 'switch'],
    ['return [a: 1]', 'return'],
    ['throw new A()', 'throw'],
    ["assert a : 'b'", 'assert'],
    ['def call(Map config = [:], Closure body) { body() }', 'method'],
    ['List<String> f(int a, String... b) throws C { }', 'method'],
    ['class A extends B implements C { D e; A() { } def f() { } }', 'class'],
    ['enum A { B(1), C { def d() { } }; def e }', 'class'],
    ['import a.b.*', 'import'],
    ['{ -> a }', 'closure'],
    ['{ a }', 'block'],
    ['a ? b : c', 'conditional'],
    ['new A(b: 1) { }', 'new'],
  ])('%s', (text, kind) => {
    const one = only(text);
    expect(one.kind).toBe(kind);
    expect(written(one.at)).toBe(text);
  });

  it('tells the branches of a condition apart', () => {
    const one = only("if (a) sh 'b'\nelse if (c) { sh 'd'; sh 'e' }\nelse\n  sh 'f'");
    expect(one.kind === 'if' && [one.branches.map(({ then }) => then.length), one.otherwise?.length]).toEqual([[1, 2], 1]);
  });

  it('knows which parameters a closure has', () => {
    const parameters = ['{ a }', '{ -> a }', '{ b, String c = 1 -> a }'].map((text) => (call(`x(${text})`).arguments[0] as Closure).parameters?.map(({ name, type }) => [name, type]));
    expect(parameters).toEqual([undefined, [], [['b', undefined], ['c', 'String']]]);
  });

  it('adds up in one', () => {
    const one = only("'a' + b +\n 'c' + d") as GroovyExpression;
    expect(one.kind === 'operation' && one.operands.length).toBe(4);
  });

  it('lists comments, and none in strings', () => {
    const { comments } = read("#!/usr/bin/env groovy\na 'http://x' // one\n/* two\n */ b '''/* no */'''\n\"${c /* three */}\"");
    expect(comments.map(written)).toEqual(['#!/usr/bin/env groovy', '// one', '/* two\n */', '/* three */']);
  });
});

describe('what looks odd and compiles', () => {
  it.each([
    ["sh(script: 'a', , returnStdout: true).trim()\nsh 'b'", ['a', 'b']],
    ["f('a',\n ,\n 'b')", ['a', 'b']],
    ["class A {\n  public <V> V inside(String args = 'a', Closure<V> body) { sh 'b' }\n  private <K, V extends List<K>> V go(V all) { sh 'c' }\n}", ['a', 'b', 'c']],
  ])('%j', (text, expected) => {
    const script = read(text);
    expect(script.problems).toEqual([]);
    expect(strings(script)).toEqual(expected);
  });
});

describe('what does not compile is skipped, and nothing else', () => {
  it.each([
    ["sh 'a'\nfoo ) bar\nsh 'b'", ['a', 'b']],
    ["sh 'a'\n)\nsh 'b'", ['a', 'b']],
    ["sh 'a'\n+ * /\nsh 'b'", ['a', 'b']],
    // What a bracket opens that is not closed goes on to the brace around it.
    ["pipeline { stages { stage('x') { steps { ] = [\n sh 'a' } } } }\nsh 'b'", ['x', 'b']],
    ["node { sh 'a'\n if ( { sh 'b' }\n sh 'c' }\nsh 'd'", ['a', 'd']],
    ["node { sh 'a'\n ] = *\n sh 'b' }", ['a', 'b']],
    ["node { sh 'a'", ['a']],
    ["node { sh 'a' } }\nsh 'b'", ['a', 'b']],
    ["parallel a: { sh 'a' }, b: * ), c: { sh 'b' }", ['a', 'b']],
    ["f([x: 'a', y: = , z: 'b'])", ['a', 'b']],
    ["sh \"${a b(\"\nsh 'c'", ['c']],
    ["sh \"\"\"$(a)\"\"\"\nsh 'b'", ['b']],
    ["sh '''a", []],
    ["if (a b c ! d) { sh 'a' }", ['a']],
    ["switch (a) { case = : sh 'a'; default: sh 'b' }", ['a', 'b']],
    ["def = 'a'\nsh 'b'", ['b']],
    ["class { sh 'a' }\nsh 'b'", ['b']],
  ])('%j', (text, expected) => {
    const script = read(text);
    expect(script.problems).not.toEqual([]);
    expect(strings(script)).toEqual(expected);
  });

  it.each(['', '\n', '\ufeff', '\0', '#', '`', '\\', '@', '->', '..', "'", '"', '"""', '/', '$/', '${', '"${', '"$', '/*'])('%j does no harm', (text) => {
    expect(() => read(text)).not.toThrow();
  });
});

describe('hostile input', () => {
  const many = (text: string): string => text.repeat(20_000);
  it.each([
    ['open braces', many('{')],
    ['open braces on lines', many('{\n')],
    ['open parentheses', many('(')],
    ['closed ones', 'f' + many('(') + many(')')],
    ['brackets', '['.repeat(5_000) + ']'.repeat(5_000)],
    ['mixed brackets', many('([{')],
    ['crossed brackets', many('[') + many(')')],
    ['a string of 1 MiB', `'${'a'.repeat(2 ** 20)}`],
    ['a text of 1 MiB', `'''${'a\n'.repeat(2 ** 19)}`],
    ['quotes on lines', many("'\n")],
    ['holes', `"${many('${')}`],
    ['holes in strings', many('"${')],
    ['holes in strings on lines', many('"${\n')],
    ['holes in texts on lines', many('"""${\n')],
    ['slashes', many('/ ')],
    ['dollar slashes', many('$/ ')],
    ['a sum', `${many("'a' + ")}b`],
    ['mixed operators', `${many('a - b + ')}c`],
    ['a path', `a${many('.b')}`],
    ['calls', `f${many('()')}`],
    ['negations', `${many('!')}a`],
    ['casts', `${many('(A) ')}b`],
    ['assignments', `${many('a = ')}b`],
    ['ternaries', `${many('a ? b : ')}c`],
    ['else if', `${many('if (a) b\nelse ')}c`],
    ['ifs', many('if (a) ')],
    ['closures', many('a { ') + many('}')],
    ['words', many('a ')],
    ['types', many('List<')],
    ['classes', many('class A { ')],
    ['annotations', many('@A(')],
  ])('%s', (_, text) => {
    const begun = busy();
    const script = read(text);
    expect(busy() - begun).toBeLessThan(2_000);
    // A tree that can be walked by calls of calls.
    expect(() => every(script)).not.toThrow();
    expect(script.problems.length).toBeLessThanOrEqual(100);
  });

  it('skips what is too deep, and reads on behind it', () => {
    const script = read(`${'a { '.repeat(1_000)}sh 'deep'${' }'.repeat(1_000)}\nsh 'behind'`);
    expect(strings(script)).toEqual(['behind']);
    expect(script.problems).toHaveLength(1);
  });

  it('refuses what nobody writes', () => {
    expect(read('a\n'.repeat(2 ** 20 + 1)).refused).toBe(true);
  });

  it('never throws, and every place is one of the file', () => {
    const words = ['pipeline', ' { ', ' } ', '(', ')', '[', ']', "'", '"', "'''", '"""', '${', '$a', '/', '$/', '/$', '\\', '\n', ';', ',', ':', '->', 'def ', 'if (', 'else ', 'case ', 'switch (a) {', 'class A {', 'x', '.', '=', ' + ', '? ', '?: ', 'return ', '@A ', 'for (a in ', 'try {', 'catch (e) {', '//', '/*', '*/', 'as ', '<', '>', '1', 'new A', '*', '\r\n', 'enum A {', 'import a', 'a: '];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (all) => {
        const text = all.join('');
        const script = read(text);
        for (const { at } of [...every(script), ...script.problems]) {
          expect(at.start).toBeLessThanOrEqual(at.end);
          expect(at.end).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
