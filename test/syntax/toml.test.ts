import fc from 'fast-check';
import { parseTOML, getStaticTOMLValue } from 'toml-eslint-parser';
import { describe, expect, test } from 'vitest';
import { type TomlNode, type TomlScalar, readToml } from '../../src/syntax/toml/index.ts';
import { templateProblem } from '../../src/syntax/yaml/index.ts';
import { Slice } from '../../src/text/slice.ts';
import { busy } from '../busy.ts';

const read = (text: string) => readToml(Slice.of({ path: 'config.toml', text }));
const at = (node: TomlNode | undefined, ...path: (string | number)[]): TomlNode | undefined =>
  path.reduce<TomlNode | undefined>((here, step) => (here?.kind === 'table' ? here.get(String(step)) : here?.kind === 'array' ? here.items[Number(step)] : undefined), node);
const scalar = (text: string, ...path: (string | number)[]): TomlScalar => {
  const node = at(read(text).root, ...path);
  return node?.kind === 'scalar' ? node : expect.fail(`a ${node?.kind ?? 'nothing'} at ${path.join('.')}`);
};
const shown = (node: TomlNode): unknown => (node.kind === 'table' ? Object.fromEntries(node.entries.map(({ key, value }) => [key.text, shown(value)])) : node.kind === 'array' ? node.items.map(shown) : node.value);
const written = (text: string, { start, end }: { readonly start: number; readonly end: number }): string => text.slice(start, end);

describe('strings', () => {
  const forms: [title: string, text: string, value: string][] = [
    ['basic', 'a = "docker info"', 'docker info'],
    ['basic with escapes', 'a = "docker\\tinfo \\"x\\" \\u00e9 \\U0001F433 \\\\ now"', 'docker\tinfo "x" é 🐳 \\ now'],
    ['escapes of 1.1', 'a = "docker \\x41 \\e info"', 'docker A \x1b info'],
    ['literal', "a = 'docker\\info'", 'docker\\info'],
    ['multi-line basic', 'a = """\ndocker info\n  now"""', 'docker info\n  now'],
    ['multi-line basic with broken lines', 'a = """docker \\\n\n    info \\  \n  now"""', 'docker info now'],
    ['multi-line basic with quotes', 'a = """docker "" info""""', 'docker "" info"'],
    ['multi-line literal', "a = '''\ndocker \\\n'info'\n'''", "docker \\\n'info'\n"],
    ['multi-line with CRLF', 'a = """\r\ndocker\r\ninfo\\\r\n  now"""\r\nb = 1', 'docker\ninfonow'],
  ];
  test.each(forms)('%s: the text, and where each word of it was written', (_, text, value) => {
    const found = scalar(text, 'a');
    expect(found.text).toBe(value);
    expect(found.slice.text).toBe(value);
    for (const { index, 0: word } of value.matchAll(/docker|info|now/g)) expect(written(text, found.slice.span(index, index + word.length))).toBe(word);
  });

  test('the empty text stands at its quotes, the content of others inside them', () => {
    const text = 'a = ""\nb = "tcp://docker:2375"';
    expect(written(text, scalar(text, 'a').slice.span())).toBe('""');
    expect(written(text, scalar(text, 'b').slice.span())).toBe('tcp://docker:2375');
    expect(written(text, scalar(text, 'b').span)).toBe('"tcp://docker:2375"');
  });
});

describe('tables', () => {
  const text = `
concurrent = 4 # of all
[[runners]]
  name = "one"
  [runners.docker]
    volumes = ["/certs/client", "/cache"]
    privileged = true
  [[runners.docker.services]]
    name = "docker:dind"
[[runners]]
  name = "two"
  feature_flags = { FF_NETWORK_PER_BUILD = true }
  docker.image = "alpine"
`;
  test('belong where their headers say', () => {
    expect(shown(read(text).root)).toEqual({
      concurrent: 4,
      runners: [
        { name: 'one', docker: { volumes: ['/certs/client', '/cache'], privileged: true, services: [{ name: 'docker:dind' }] } },
        { name: 'two', feature_flags: { FF_NETWORK_PER_BUILD: true }, docker: { image: 'alpine' } },
      ],
    });
  });
  test.each<[path: (string | number)[], span: string]>([
    [['runners', 0], 'runners'],
    [['runners', 0, 'docker'], 'runners.docker'],
    [['runners', 0, 'docker', 'volumes'], '["/certs/client", "/cache"]'],
    [['runners', 0, 'docker', 'volumes', 1], '"/cache"'],
    [['runners', 0, 'docker', 'privileged'], 'true'],
    [['runners', 0, 'docker', 'services', 0, 'name'], '"docker:dind"'],
    [['runners', 1, 'feature_flags', 'FF_NETWORK_PER_BUILD'], 'true'],
    [['runners', 1, 'docker', 'image'], '"alpine"'],
  ])('%j stands at %s', (path, span) => {
    expect(written(text, at(read(text).root, ...path)?.span ?? expect.fail('nothing there'))).toBe(span);
  });
  test('comments are found', () => expect(read(text).comments.map((span) => written(text, span))).toEqual(['# of all']));
  test('scalars are what they are written as', () => expect(shown(read('a = 0x1F\nb = 1_000\nc = -1.5e3\nd = 1979-05-27T07:32:00Z\ne = false').root)).toEqual({ a: 31, b: 1000, c: -1500, d: '1979-05-27T07:32:00Z', e: false }));
});

describe('what cannot be read', () => {
  test('a line that is no TOML is left out, and opens its table and the root alone', () => {
    const text = '[[runners]]\n  name = "one"\n  [runners.docker]\n    {{- if .x }}\n    privileged = true\n[[runners]]\n  name = "two"\n';
    const { root, problems } = read(text);
    expect(shown(root)).toEqual({ runners: [{ name: 'one', docker: { privileged: true } }, { name: 'two' }] });
    expect(problems.map(({ message }) => message)).toEqual([templateProblem]);
    const open = (...path: (string | number)[]): boolean => {
      const node = at(root, ...path);
      return node?.kind === 'table' && node.open !== undefined;
    };
    expect([open('runners', 0, 'docker'), open('runners', 0), open('runners', 1), root.open !== undefined]).toEqual([true, false, false, true]);
  });

  test('many lines of a template are one problem', () => {
    const { problems } = readToml(Slice.of({ path: 'config.toml', text: '[[runners]]\n  name = {{ .Values.name }}\n  url = "{{ include "a.b" . }}"\n  executor = "docker"\n' }));
    expect(problems.map(({ message }) => message)).toEqual([templateProblem]);
  });
  test.each<[title: string, text: string, value: unknown]>([
    ['a value is missing', 'a =\nb = 1', { b: 1 }],
    ['a key is given twice', 'a = 1\na = 2', { a: 1 }],
    ['a quote is not closed', 'a = "x\nb = 1', { b: 1 }],
    ['a list is not closed', 'b = 1\na = ["x"\n', { b: 1 }],
    ['a table stands on a value', 'a = 1\n[a.b]\nc = 1', { a: 1 }],
  ])('%s', (_, text, value) => {
    const { root, problems } = read(text);
    expect(shown(root)).toMatchObject(value as object);
    expect(problems.length).toBeGreaterThan(0);
    expect(root.open).toBeDefined();
  });
  test.each<[title: string, text: string]>([
    ['brackets in brackets', `a = ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['brackets without end', '['.repeat(50_000)],
    ['tables in tables', `a = ${'{a='.repeat(5_000)}1${'}'.repeat(5_000)}`],
    ['a key of many parts', `a${'.a'.repeat(20_000)} = 1`],
    ['a header of many parts', `[a${'.a'.repeat(20_000)}]`],
    ['100,000 keys', Array.from({ length: 100_000 }, (_, index) => `k${index} = 1`).join('\n')],
    ['nothing but faults', Array.from({ length: 10_000 }, () => 'x').join('\n')],
    ['20,000 quotes', '"'.repeat(20_000)],
    ['20,000 backslashes', `a = "${'\\'.repeat(20_001)}`],
    ['a file of blanks and a fault', `${' \n'.repeat(50_000)}x`],
  ])('%s are a problem, within two seconds', (_, text) => {
    const start = busy();
    const { root, problems } = read(text);
    expect(busy() - start).toBeLessThan(4_000);
    expect(problems.length).toBeGreaterThan(0);
    expect(root.open).toBeDefined();
  });
  test('nothing makes it throw', () => {
    const pieces = fc.array(fc.constantFrom('[', ']', '{', '}', '=', '"', "'", '"""', "'''", '\\', '\n', '\r\n', '#', '.', ',', 'a', 'runners', '1', ' ', 'true', '{{', '\ue000'), { maxLength: 40 });
    fc.assert(fc.property(pieces, (parts) => {
      const text = parts.join('');
      const { root, problems } = read(text);
      for (const { at: span } of problems) expect(span.start <= span.end && span.end <= text.length).toBe(true);
      let value: unknown;
      try {
        value = getStaticTOMLValue(parseTOML(text, { tomlVersion: '1.1' }));
      } catch {
        return;
      }
      if (problems.length === 0) expect(shown(root)).toEqual(value);
    }), { numRuns: 400 });
  });
});
