import { describe, expect, it } from 'vitest';
import { type FoldedText, foldText } from '../../src/syntax/groovy/fold.ts';
import { type GroovyExpression, readGroovy } from '../../src/syntax/groovy/index.ts';
import { type Span, Slice } from '../../src/text/slice.ts';
import { busy } from '../busy.ts';

const written = ({ source, start, end }: Span): string => source.text.slice(start, end);

/** The text of the last statement, names bound by the definitions before it. */
function folded(text: string, others: ReadonlyMap<string, GroovyExpression> = new Map()): FoldedText | undefined {
  const { statements, problems } = readGroovy(Slice.of({ path: 'Jenkinsfile', text }));
  expect(problems).toEqual([]);
  const bound = new Map([...others, ...statements.flatMap((one) => (one.kind === 'define' && one.value !== undefined ? [[one.names[0]?.name ?? '', one.value] as const] : []))]);
  return foldText(statements.at(-1) as GroovyExpression, (name) => (name.kind === 'name' ? bound.get(name.name) : undefined));
}

/** With `<…>` for what is not known. */
function shown(text: FoldedText | undefined): string | undefined {
  return text?.slice.text.replace(/[\ue000-\uf8ff]/g, (character) => {
    const hole = text.holes.get(character);
    return hole === undefined ? character : `<${written(hole.at)}>`;
  });
}

describe('what an expression comes to as text', () => {
  it.each([
    [`'a'`, 'a'],
    [`"a \${b} c"`, 'a <b> c'],
    [`"a \${1} \${'b'}"`, 'a 1 b'],
    [`'a' + 'b' +\n "c"`, 'abc'],
    [`'a' + b + 'c'`, 'a<b>c'],
    [`b + 'c'`, '<b>c'],
    [`' a\\n '.trim()`, 'a'],
    [`"\${a}".toString()`, '<a>'],
    [`'''\\\n    a\n      b\n\n    c\n'''.stripIndent()`, 'a\n  b\n\nc\n'],
    [`'''|a\n   |  b\n  c'''.stripMargin()`, 'a\n  b\n  c'],
    [`['a', 'b', c].join(' ')`, 'a b <c>'],
    [`['a', 'b'].join()`, 'ab'],
    [`[].join(' ')`, undefined],
    [`['a', *b].join(' ')`, undefined],
    [`'a' as String`, 'a'],
    [`(String) 'a'`, 'a'],
    [`def a = 'b'\na`, 'b'],
    [`def a = 'b'\n"\${a}-$a"`, 'b-b'],
    [`def a = "b \${c}"\n"d \${a}"`, 'd b <c>'],
    [`def a = ['b', 'c']\n"\${a.join(',')}"`, 'b,c'],
    [`def a = 'b'\ndef c = a + '-' + d\nc.trim()`, 'b-<d>'],
    [`def a = "x \${a}"\na`, 'x <a>'],
    [`def a = b\ndef b = a\na`, undefined],
    [`a`, undefined],
    [`a.b('c')`, undefined],
    [`a + b`, undefined],
    [`1 + 2 + 'a'`, undefined],
    [`'a'.replace('a', 'b')`, undefined],
    [`'a'.constructor()`, undefined],
    [`a ? 'b' : 'c'`, undefined],
    [`['a']`, undefined],
  ])('%j', (text, expected) => {
    expect(shown(folded(text))).toBe(expected);
  });

  it.each([
    [`'''\n  image: x\n'''.stripIndent()`, 'image', 'image'],
    [`'a ' +\n 'b ' + "c"`, 'b', 'b'],
    [`['a', 'b'].join(' ')`, 'b', 'b'],
    // By itself a name stands for what is written elsewhere, inside a text for itself.
    [`def a = 'b c'\na`, 'c', 'c'],
    [`def a = 'b c'\n"d \${a}"`, 'c', '${a}'],
    [`def a = 'b c'\n'd ' + a + ' e'`, 'c', 'a'],
    [`def a = 'b c'\n'd ' + a + ' e'`, 'e', 'e'],
    [`def a = 'b'\n['d', a].join(' ')`, 'b', 'a'],
  ])('in %j the characters %j stand at %j', (text, part, place) => {
    const slice = folded(text)?.slice ?? expect.fail('no text');
    const at = slice.text.indexOf(part);
    expect(written(slice.span(at, at + part.length))).toBe(place);
  });

  it('keeps holes of several files apart', () => {
    const other = readGroovy(Slice.of({ path: 'vars/x.groovy', text: '"-v ${volume}:/x"' })).statements[0] as GroovyExpression;
    expect(shown(folded('"docker run ${args} ${image}"', new Map([['args', other]])))).toBe('docker run -v <volume>:/x <image>');
    expect(shown(folded('"docker run ${image} " + args', new Map([['args', other]])))).toBe('docker run <image> -v <volume>:/x');
    expect(shown(folded('"docker ${image} ${args}"', new Map([['args', other]])))).toBe('docker <image> -v <volume>:/x');
  });

  it('gives up on texts that double without end', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `def a${index + 1} = "\${a${index}}\${a${index}}"`).join('\n');
    const begun = busy();
    const text = folded(`def a0 = 'x'\n${lines}\na60`);
    expect(busy() - begun).toBeLessThan(1_000);
    expect(text?.slice.text.length ?? 0).toBeLessThan(2 ** 19);
  });
});
