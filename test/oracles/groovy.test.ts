import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { type Call, type Entry, type GroovyExpression, type GroovyStatement, partsOf, readGroovy } from '../../src/syntax/groovy/index.ts';
import { Slice } from '../../src/text/slice.ts';

/** What is seen of a file: each with line and column, both from 1. */
interface Seen {
  /** The text, in pieces around its holes. */
  readonly strings: readonly (readonly [number, number, readonly string[]])[];
  /** The name, the kinds of its positional arguments, the names of the others. */
  readonly calls: readonly (readonly [number, number, string | null, readonly string[], readonly (string | null)[]])[];
  /** The names of parameters, null where `it` is implied. */
  readonly closures: readonly (readonly [number, number, readonly string[] | null])[];
}

const folder = fileURLToPath(new URL('groovy/', import.meta.url));

/** The scripts of the packs: each begins below a line `//// name`. */
const scripts = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .flatMap((pack) =>
    readFileSync(join(folder, pack), 'utf8')
      .split(/^\/{4} /m)
      .slice(1)
      .map((text) => ({ name: `${pack.replace('.txt', '')}: ${text.slice(0, text.indexOf('\n'))}`, text: text.slice(text.indexOf('\n') + 1) })),
  );
// What a tool writes at a file's end, and Windows at a line's, changes nothing.
const all = [...scripts, ...scripts.filter((_, index) => index % 3 === 0).map(({ name, text }) => ({ name: `${name} (CRLF)`, text: text.replaceAll('\n', '\r\n') }))];

function ours(text: string): Seen {
  const seen = { strings: [] as Seen['strings'][number][], calls: [] as Seen['calls'][number][], closures: [] as Seen['closures'][number][] };
  const place = ({ start }: { start: number }): [number, number] => [text.slice(0, start).split('\n').length, start - text.lastIndexOf('\n', start - 1)];
  const call = (at: { start: number }, name: string | null, given: readonly GroovyExpression[], named: readonly Entry[]): void => {
    seen.calls.push([...place(at), name, given.map(kindOf), named.map((entry) => (entry.key.kind === 'spread' ? '*' : (entry.name ?? null)))]);
  };
  const callOf = (node: Call): void => {
    const name = nameOf(node);
    const { object } = node;
    // What is called without a name has its method `call` called, which is written nowhere; a constructor's own is no method.
    if (name === null && object?.kind !== 'string' && object?.kind !== 'property') seen.calls.push([-1, -1, 'call', node.arguments.map(kindOf), []]);
    else if (object !== undefined || (name !== 'this' && name !== 'super')) call(node.nameAt, name, node.arguments, node.named);
  };
  const visit = (node: GroovyStatement): void => {
    if (node.kind === 'string') seen.strings.push([...place(node.at), node.holes.size === 0 ? [node.slice.text] : node.slice.text.split(new RegExp(`[${[...node.holes.keys()].join('')}]`))]);
    if (node.kind === 'closure') seen.closures.push([...place(node.at), node.parameters?.map(({ name }) => name) ?? null]);
    if (node.kind === 'call') callOf(node);
    if (node.kind === 'new' && !node.type.endsWith(']')) call(node.at, `new ${node.type.replace(/.*\./, '')}`, node.arguments, node.named);
    // An annotation is a call to us, and no call to Groovy.
    const annotations = 'annotations' in node ? node.annotations : [];
    for (const part of partsOf(node)) {
      // A quoted name is no string.
      if (node.kind === 'call' && node.name === undefined && part === node.object && nameOf(node) !== null) continue;
      if (!annotations.includes(part as Call)) visit(part);
      else for (const inner of partsOf(part)) visit(inner);
    }
  };
  for (const one of readGroovy(Slice.of({ path: 'x.groovy', text })).statements) visit(one);
  return seen;
}

function nameOf(call: Call): string | null {
  if (call.name !== undefined) return call.name;
  return call.object?.kind === 'string' && call.object.holes.size === 0 ? call.object.slice.text : null;
}

const alike: ReadonlySet<string> = new Set(['string', 'literal', 'closure', 'map', 'list', 'call', 'new', 'name', 'spread']);
const kindOf = ({ kind }: GroovyExpression): string => (alike.has(kind) ? kind : 'other');

const groovy = spawnSync('groovy', ['--version'], { env: javaHome() });

/** Debian's `groovy` looks for Java where its package of a default Java would be. */
function javaHome(): NodeJS.ProcessEnv {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v java']);
  return status === 0 ? { ...process.env, JAVA_HOME: dirname(dirname(realpathSync(String(stdout).trim()))) } : process.env;
}

if (groovy.status !== 0) test.skip('no `groovy` (or no Java) is on the PATH: apt-get install groovy default-jre-headless', () => undefined);
else {
  const temporary = mkdtempSync(join(tmpdir(), 'groovy-oracle-'));
  afterAll(() => rmSync(temporary, { recursive: true }));
  mkdirSync(join(temporary, 'scripts'));
  const paths = all.map(({ text }, index) => {
    const path = join(temporary, 'scripts', `Script${index}.groovy`);
    writeFileSync(path, text);
    return path;
  });
  writeFileSync(join(temporary, 'list'), paths.join('\n'));
  const output = execFileSync('groovy', [join(folder, 'dump.groovy'), join(temporary, 'list')], { env: javaHome(), encoding: 'utf8', maxBuffer: 2 ** 26 });
  const theirs = output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Seen & { readonly refused?: string });

  test('there are as many files as were promised', () => {
    expect(scripts.length).toBeGreaterThanOrEqual(150);
    expect(theirs).toHaveLength(all.length);
  });

  describe('strings, calls and closures are those that Groovy sees', () => {
    test.each(all.map((one, index) => ({ ...one, theirs: theirs[index] })))('$name', ({ text, theirs }) => {
      expect(theirs?.refused).toBeUndefined();
      expect(listed(ours(text), text)).toEqual(listed(theirs ?? expect.fail('nothing came of it'), text));
    });
  });
}

/** A line for each, sorted as text. */
function listed({ strings, calls, closures }: Seen, text: string): readonly string[] {
  const lines = text.split('\n');
  // Groovy counts columns wrongly behind `\u`.
  if (text.includes('\\u')) return strings.map(([, , pieces]) => `string ${JSON.stringify(pieces)}`).toSorted();
  // A key without quotes is a string to Groovy, and one in brackets begins with them; what Groovy makes up itself stands nowhere.
  const quoted = strings.flatMap(([line, column, pieces]) => {
    const [whole, before = ''] = /^((?:[({]\s*)*)(?:['"/]|\$\/)/.exec(lines[line - 1]?.slice(column - 1) ?? '') ?? [];
    return whole === undefined ? [] : [[line, column + before.length, pieces] as const];
  });
  return [...quoted.map((one) => ['string', ...one]), ...calls.map((one) => ['call', ...one]), ...closures.map((one) => ['closure', ...one])]
    .map(([what, line, column, ...rest]) => `${String(line)}:${String(column)} ${String(what)} ${JSON.stringify(rest)}`)
    .toSorted();
}
