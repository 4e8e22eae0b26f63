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

/** What of our sources and packages a run of the command over these files has evaluated, by V8's own account: the bundle calls each by a function of its path. */
function loadedBy(files: Readonly<Record<string, string>>, words: readonly string[] = ['--no-config', '.']): readonly string[] {
  const folder = mkdtempSync(join(room, 'loaded'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  const coverage = join(folder, 'coverage');
  spawnSync('node', [cli, ...words], { cwd: folder, env: { ...process.env, NODE_V8_COVERAGE: coverage } });
  const scripts = readdirSync(coverage).flatMap((name) => (JSON.parse(readFileSync(join(coverage, name), 'utf8')) as { readonly result: readonly Script[] }).result);
  const called = scripts.flatMap(({ functions }) => functions).filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0);
  return called.map(({ functionName }) => functionName).filter((name) => /^(?:src|rules|node_modules)\//.test(name));
}

interface Script {
  readonly functions: readonly { readonly functionName: string; readonly ranges: readonly { readonly count: number }[] }[];
}

describe('what is loaded', () => {
  test('for the version, next to nothing', () => {
    const output = Object.entries(built.outputs).find(([path]) => path.endsWith('/cli.js'))?.[1];
    const inputs = Object.keys(output?.inputs ?? {}).filter((path) => !path.startsWith('<'));
    expect(inputs.sort()).toEqual(['package.json', 'src/hosts/cli.ts', 'src/hosts/compiled.ts', 'src/hosts/version.ts']);
    expect(loadedBy({}, ['--version'])).toEqual([]);
  });

  test('for a rule\'s page, no parser', () => {
    const loaded = loadedBy({}, ['explain', 'missing-privileged']);
    expect(loaded).toContain('rules/daemon/missing-privileged.ts');
    expect(loaded.filter((path) => /node_modules|src\/(?:syntax|formats|project)\//.test(path))).toEqual([]);
  });

  const readers = (files: Readonly<Record<string, string>>): readonly string[] => {
    const loaded = loadedBy(files);
    return ['src/syntax/dockerfile/index.ts', 'src/syntax/groovy/index.ts', 'src/formats/compose/index.ts'].filter((path) => loaded.includes(path));
  };

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['YAML, no reader of Dockerfiles or Groovy', { 'compose.yaml': broken }, ['src/formats/compose/index.ts']],
    ['YAML that builds, one of Dockerfiles', { 'compose.yaml': `${broken}  app: {build: .}\n` }, ['src/syntax/dockerfile/index.ts', 'src/formats/compose/index.ts']],
    ['a Dockerfile, no YAML format', { Dockerfile: 'FROM docker:dind\n' }, ['src/syntax/dockerfile/index.ts']],
    ['a Jenkinsfile, one of Groovy', { Jenkinsfile: "node { sh 'docker ps' }\n" }, ['src/syntax/groovy/index.ts', 'src/formats/compose/index.ts']],
  ])('for %s', (_, files, loaded) => expect(readers(files)).toEqual(loaded));

  test.each(['text', 'json', 'sarif', 'github'])('for a lint, no report but %s', (format) => {
    const loaded = loadedBy({ 'compose.yaml': broken }, ['--no-config', '--format', format]);
    expect(loaded).toContain('src/lint/lint.ts');
    expect(['text', 'json', 'sarif', 'github'].filter((name) => loaded.includes(`src/reports/${name}.ts`))).toEqual([format]);
  });
});

describe('what was compiled', () => {
  const kept = (): readonly string[] => readdirSync(dist).filter((name) => name.endsWith('.cache'));
  const linted = (...words: readonly string[]) => spawnSync('node', [...words, cli, '--format', 'json'], { cwd: join(room, 'project'), encoding: 'utf8' });
  const forget = (): void => kept().forEach((name) => rmSync(join(dist, name)));

  test('is kept by the first run, and makes no difference to those after it', () => {
    forget();
    const first = linted();
    expect(kept()).toEqual([expect.stringMatching(new RegExp(`^command-\\w+\\.js\\.${process.version}-${process.arch}\\.cache$`))]);
    const second = linted();
    expect(second.stdout).toContain('missing-privileged');
    expect(second).toMatchObject({ status: 1, stdout: first.stdout, stderr: '' });
  });

  test('is done anew where another V8 kept it, or nobody can read it', () => {
    for (const bytes of ['', 'no code', readFileSync(join(dist, kept()[0] ?? '')).subarray(0, 5_000)]) {
      writeFileSync(join(dist, kept()[0] ?? ''), bytes);
      expect(linted()).toMatchObject({ status: 1, stderr: '' });
    }
    expect(linted('--max-lazy')).toMatchObject({ status: 1 });
    forget();
  });

  test('is done anew where it cannot be kept', () => {
    chmodSync(room, 0o755);
    chmodSync(dist, 0o555);
    // Root may write everywhere, so it asks as nobody.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
    const ran = spawnSync('node', [cli, '--format', 'json'], { cwd: join(room, 'project'), encoding: 'utf8', ...nobody });
    chmodSync(dist, 0o755);
    expect(ran).toMatchObject({ status: 1, stderr: '' });
    expect(readdirSync(dist).filter((name) => name.includes('.cache'))).toEqual([]);
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
    const library = (await import(join(dist, 'index.mjs'))) as typeof Library;
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
