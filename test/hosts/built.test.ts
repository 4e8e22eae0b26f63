import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Metafile } from 'esbuild';
import { bundled } from '../../scripts/bundle.ts';
import { version } from '../../src/hosts/version.ts';
import type * as Library from '../../src/index.ts';
import { broken } from './world.ts';

const root = join(import.meta.dirname, '../..');
const room = mkdtempSync(join(tmpdir(), 'a room with blanks '));
const dist = join(room, 'dist');
const cli = join(dist, 'cli.js');
let built: Metafile;

beforeAll(async () => {
  built = await bundled(root, dist);
  writeFileSync(join(room, 'package.json'), '{ "type": "module" }\n');
  mkdirSync(join(room, 'project'));
  writeFileSync(join(room, 'project/compose.yaml'), broken);
});
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** The inputs of an output and of all that it imports at once, by name. */
function inputsOf(name: string): readonly string[] {
  const paths = Object.keys(built.outputs);
  const find = (path: string): string => paths.find((one) => one.endsWith(path.replace(/^\.\//, ''))) ?? path;
  const seen = new Set<string>();
  const walk = (path: string): readonly string[] => {
    if (seen.has(path)) return [];
    seen.add(path);
    const output = built.outputs[path];
    return [...Object.keys(output?.inputs ?? {}), ...(output?.imports ?? []).filter(({ kind, external }) => kind === 'import-statement' && external !== true).flatMap((one) => walk(find(one.path)))];
  };
  return walk(find(name));
}

describe('what is loaded', () => {
  test('for the version, next to nothing', () => {
    expect(inputsOf('/cli.js').filter((path) => !path.startsWith('<')).sort()).toEqual(['package.json', 'src/hosts/cli.ts', 'src/hosts/version.ts']);
  });

  test('for a rule\'s page, no parser', () => {
    const page = Object.keys(built.outputs).find((path) => /about-rules-\w+\.js$/.test(path)) ?? '';
    const inputs = inputsOf(page);
    expect(inputs.length).toBeGreaterThan(30);
    expect(inputs.filter((path) => path.includes('node_modules'))).toEqual([]);
  });

  test('for a lint, the parsers', () => {
    const lint = Object.keys(built.outputs).find((path) => /lint-paths-\w+\.js$/.test(path)) ?? '';
    const packages = new Set(inputsOf(lint).map((path) => /^node_modules\/([^/]+)/.exec(path)?.[1]));
    expect([...packages]).toEqual(expect.arrayContaining(['yaml', 'unbash']));
  });

  /** The sources of what a run of the command over these files has loaded. */
  const loadedBy = (files: Readonly<Record<string, string>>): readonly string[] => {
    const folder = mkdtempSync(join(room, 'loaded'));
    for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
    const coverage = join(folder, 'coverage');
    spawnSync('node', [cli, '--no-config', '.'], { cwd: folder, env: { ...process.env, NODE_V8_COVERAGE: coverage } });
    const urls = readdirSync(coverage).flatMap((name) => (JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { readonly result: readonly { readonly url: string }[] }).result.map(({ url }) => url));
    const outputs = Object.entries(built.outputs).filter(([path]) => urls.some((url) => decodeURIComponent(url).endsWith(path.slice(path.lastIndexOf('/')))));
    return outputs.flatMap(([, { inputs }]) => Object.keys(inputs));
  };
  const readers = (files: Readonly<Record<string, string>>): readonly string[] => ['src/syntax/dockerfile.ts', 'src/syntax/groovy.ts', 'src/formats/compose/index.ts'].filter((path) => loadedBy(files).includes(path));

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['YAML, no reader of Dockerfiles or Groovy', { 'compose.yaml': broken }, ['src/formats/compose/index.ts']],
    ['YAML that builds, one of Dockerfiles', { 'compose.yaml': `${broken}  app: {build: .}\n` }, ['src/syntax/dockerfile.ts', 'src/formats/compose/index.ts']],
    ['a Dockerfile, no YAML format', { Dockerfile: 'FROM docker:dind\n' }, ['src/syntax/dockerfile.ts']],
    ['a Jenkinsfile, one of Groovy', { Jenkinsfile: "node { sh 'docker ps' }\n" }, ['src/syntax/groovy.ts', 'src/formats/compose/index.ts']],
  ])('for %s', (_, files, loaded) => expect(readers(files)).toEqual(loaded));

  test('for a lint, no report that it does not print', () => {
    const lint = Object.keys(built.outputs).find((path) => /lint-paths-\w+\.js$/.test(path)) ?? '';
    const loaded = inputsOf(lint);
    expect(loaded).toContain('src/lint/lint.ts');
    for (const name of ['text', 'json', 'sarif', 'sarif-message', 'rule-page', 'github']) expect(loaded).not.toContain(`src/reports/${name}.ts`);
    const page = Object.keys(built.outputs).find((path) => /\/sarif-\w+\.js$/.test(path)) ?? '';
    expect(inputsOf(page)).toContain('src/reports/sarif.ts');
  });
});

describe('the command', () => {
  test('runs from a path with blanks, and through a link', () => {
    chmodSync(cli, 0o755);
    symlinkSync(cli, join(room, 'dindlint'));
    for (const command of [cli, join(room, 'dindlint')]) expect(execFileSync(command, ['--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
    const ran = spawnSync(join(room, 'dindlint'), ['--format', 'concise'], { cwd: join(room, 'project'), encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 1, stderr: '' });
    expect(ran.stdout).toMatch(/^compose\.yaml:3:12 error /);
  });

  test('reads standard input', () => {
    const ran = spawnSync('node', [cli, '--stdin-filename', 'new/compose.yaml', '--format', 'concise'], { cwd: join(room, 'project'), input: broken, encoding: 'utf8' });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toMatch(/^new\/compose\.yaml:3:12 error /);
  });

  test('tells a mistake in a sentence, without a trace', () => {
    const ran = spawnSync('node', [cli, '--fromat', 'json'], { cwd: room, encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 2, stdout: '', stderr: 'dindlint: there is no option `--fromat`; did you mean `--format`? (see `dindlint --help`)\n' });
  });

  test.runIf(existsSync('/dev/full'))('a full disk is told, with status 2', () => {
    const full = openSync('/dev/full', 'w');
    const ran = spawnSync('node', [cli], { cwd: join(room, 'project'), stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
    closeSync(full);
    expect(ran.status).toBe(2);
    expect(ran.stderr).toMatch(/^dindlint: the report could not be written: ENOSPC[^\n]*\n$/);
  });

  test('is a library too', async () => {
    const library = (await import(join(dist, 'index.js'))) as typeof Library;
    const project = library.openProject(library.memoryWorkspace({ 'compose.yaml': broken }), {});
    const { findings } = library.lint(project, library.rules, { rules: new Map(), ignore: [], minCertainty: 'likely' });
    expect(findings.map(({ rule }) => rule.id)).toEqual(['missing-privileged']);
  });
});

describe('a report larger than a pipe holds', () => {
  const many = join(room, 'many');
  beforeAll(() => {
    mkdirSync(many);
    const services = Array.from({ length: 120 }, (_, index) => `  docker${index}:\n    image: docker:28.5.2-dind\n`).join('');
    writeFileSync(join(many, 'compose.yaml'), `services:\n${services}`);
  });

  test('is whole, however slow the reader', async () => {
    const child = spawn('node', [cli, '--format', 'json'], { cwd: many, stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.setEncoding('utf8');
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.length < 150_000) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(text.length).toBeGreaterThan(200_000);
    expect((JSON.parse(text) as { readonly findings: readonly object[] }).findings).toHaveLength(120);
  });

  test('to a reader that leaves ends quietly', async () => {
    const child = spawn('node', [cli, '--format', 'json'], { cwd: many, stdio: ['ignore', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += String(chunk)));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('exit', resolve));
    expect([status, complaint]).toEqual([1, '']);
  });
});
