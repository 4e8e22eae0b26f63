import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { version } from '../../src/hosts/version.ts';
import { broken, dindlint, folder, sound } from './world.ts';

interface Printed {
  readonly findings: readonly { readonly ruleId: string; readonly path: string; readonly severity: string }[];
  readonly suppressed: readonly { readonly ruleId: string; readonly by: { readonly reason: string; readonly path: string } }[];
  readonly problems: readonly { readonly path: string }[];
  readonly files: { readonly considered: number; readonly read: number; readonly byFormat: object };
}
const found = (out: string): readonly string[] => (JSON.parse(out) as Printed).findings.map(({ ruleId, path }) => `${ruleId} ${path}`);

describe('status', () => {
  test.each([
    ['nothing to find', { 'compose.yaml': sound }, [], 0],
    ['nothing at all', {}, [], 0],
    ['an error', { 'compose.yaml': broken }, [], 1],
    ['an error that is not to fail', { 'compose.yaml': broken }, ['--fail-on', 'never'], 0],
    ['an error made a warning', { 'compose.yaml': broken }, ['--rule', 'missing-privileged=warning'], 0],
    ['a warning that is to fail', { 'compose.yaml': broken }, ['--rule', 'missing-privileged=warning', '--fail-on', 'warning'], 1],
    ['a rule that is off', { 'compose.yaml': broken }, ['--rule', 'missing-privileged=off'], 0],
    ['no option of that name', {}, ['--fomat', 'json'], 2],
    ['no such path', {}, ['nowhere'], 2],
  ])('%s', async (_, files, words, status) => {
    expect((await dindlint(folder(files), words)).status).toBe(status);
  });
});

describe('reports', () => {
  test('text is the default, json and concise on demand', async () => {
    const cwd = folder({ 'compose.yaml': broken });
    expect((await dindlint(cwd, [])).out).toMatch(/^compose\.yaml:3:12 {2}error {2}.+ \[missing-privileged\]\n {4}2 \| {3}docker:\n {4}3 \| {5}image: docker:28\.5\.2-dind\n/);
    expect((await dindlint(cwd, ['--format', 'concise'])).out).toMatch(/^compose\.yaml:3:12 error .+ \[missing-privileged\]\n$/);
    expect(found((await dindlint(cwd, ['--format', 'json'])).out)).toEqual(['missing-privileged compose.yaml']);
  });

  test('go to their files, without colours', async () => {
    const cwd = folder({ 'compose.yaml': broken });
    const ran = await dindlint(cwd, ['--format', 'text=report.txt', '--format', 'json=report.json', '--format', 'concise'], { watched: true });
    expect(ran.status).toBe(1);
    expect(ran.out).toMatch(/^compose\.yaml:3:12 error /);
    expect(readFileSync(join(cwd, 'report.txt'), 'utf8')).toMatch(/^compose\.yaml:3:12 {2}error /);
    expect(found(readFileSync(join(cwd, 'report.json'), 'utf8'))).toHaveLength(1);
    expect(await dindlint(cwd, ['--output', 'other.txt'])).toMatchObject({ status: 1, out: '' });
    expect(readFileSync(join(cwd, 'other.txt'), 'utf8')).toMatch(/^compose\.yaml:3:12 {2}error /);
  });

  test.each([
    ['no/such/report.json', '`no/such/report.json` cannot be written: its folder does not exist'],
    ['taken', '`taken` cannot be written: it is a folder'],
    ['compose.yaml/x', '`compose.yaml/x` cannot be written: what would be its folder is a file'],
  ])('a file that cannot be written: %s', async (path, sentence) => {
    const cwd = folder({ 'compose.yaml': sound });
    mkdirSync(join(cwd, 'taken'));
    expect(await dindlint(cwd, ['--output', path])).toEqual({ status: 2, out: '', err: `dindlint: ${sentence}\n` });
  });

  test.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, false],
    [{ TERM: 'dumb' }, true, false],
  ])('colours with %j, watched %s: %s', async (env, watched, coloured) => {
    const cwd = folder({ 'compose.yaml': broken });
    expect((await dindlint(cwd, [], { env, watched })).out.includes('\u001b[')).toBe(coloured);
    expect((await dindlint(cwd, ['--color', 'always'], { env, watched })).out).toContain('\u001b[');
    expect((await dindlint(cwd, ['--color', 'never'], { env, watched })).out).not.toContain('\u001b[');
  });

  test('quiet and verbose', async () => {
    const cwd = folder({ 'compose.yaml': sound, 'values.yaml': 'a: 1\n' });
    expect(await dindlint(cwd, ['--quiet'])).toEqual({ status: 0, out: '', err: '' });
    const { err } = await dindlint(cwd, ['--verbose', '--quiet']);
    expect(err).toMatch(/^root .+; no configuration\ncompose\.yaml {2}compose\nvalues\.yaml {3}no format of its own\n2 of 2 files read in \d+ ms\n$/);
  });
});

describe('named files', () => {
  const files = { '.git/HEAD': '', 'compose.yaml': broken, 'sub/compose.yaml': broken, 'notes.txt': 'x\n' };

  test('have the repository as their context', async () => {
    const cwd = folder(files);
    expect(found((await dindlint(cwd, ['--format', 'json', 'sub/compose.yaml'])).out)).toEqual(['missing-privileged sub/compose.yaml']);
    expect(found((await dindlint(join(cwd, 'sub'), ['--format', 'json', '.'])).out)).toEqual(['missing-privileged sub/compose.yaml']);
    expect(found((await dindlint(cwd, ['--format', 'json'])).out)).toHaveLength(2);
  });

  test('a finding counts that leans on a named file', async () => {
    const cwd = folder({ '.git/HEAD': '', 'compose.yaml': 'services:\n  docker:\n    image: docker:28.5.2-dind\n    extends: { file: base.yaml, service: base }\n', 'base.yaml': 'services:\n  base:\n    privileged: false\n' });
    const whole = found((await dindlint(cwd, ['--format', 'json'])).out).filter((one) => one.startsWith('missing-privileged'));
    expect(whole.length).toBeGreaterThan(0);
    for (const path of ['compose.yaml', 'base.yaml']) expect(found((await dindlint(cwd, ['--format', 'json', path])).out).length, path).toBeGreaterThan(0);
  });

  test('one that no format knows is counted, and no error', async () => {
    const cwd = folder(files);
    const ran = await dindlint(cwd, ['notes.txt', '--verbose', '--quiet']);
    expect(ran).toMatchObject({ status: 0, out: '' });
    expect(ran.err).toMatch(/\nnotes\.txt {2}.*no format of its own\n/);
  });

  test('one that discovery passes over is linted all the same', async () => {
    const cwd = folder({ 'vendor/compose.yaml': broken, '.dindlint.yaml': 'exclude: ["**"]\n', 'compose.yaml': broken });
    expect(found((await dindlint(cwd, ['--format', 'json', 'vendor/compose.yaml'])).out)).toEqual(['missing-privileged vendor/compose.yaml']);
    expect(found((await dindlint(cwd, ['--format', 'json'])).out)).toEqual([]);
  });

  test('one that is recognised and cannot be parsed: a problem, status 2, the rest still printed', async () => {
    const cwd = folder({ 'compose.yaml': broken, 'docker-compose.yml': 'services:\n  a: {\n' });
    const ran = await dindlint(cwd, ['--format', 'concise', 'compose.yaml', 'docker-compose.yml']);
    expect(ran.status).toBe(2);
    expect(ran.out).toMatch(/^compose\.yaml:3:12 error /m);
    expect(ran.out).toMatch(/^docker-compose\.yml:\d+:\d+ problem /m);
    expect(ran.err).toMatch(/^dindlint: docker-compose\.yml:\d+:\d+: .+\n$/);
    expect((await dindlint(cwd, ['--rule', 'missing-privileged=off'])).status).toBe(0);
    expect((await dindlint(cwd, ['--rule', 'missing-privileged=off', '--strict'])).status).toBe(2);
  });

  test('one that includes what is not there is no fault of its own', async () => {
    const cwd = folder({ 'compose.yaml': `include: [nowhere.yaml]\n${sound}` });
    expect((await dindlint(cwd, ['compose.yaml'])).status).toBe(0);
    expect((await dindlint(cwd, ['compose.yaml', '--strict'])).status).toBe(2);
  });

  test('a template is no error', async () => {
    const cwd = folder({ 'templates/compose.yaml': 'services:\n{{- range .Values.x }}\n  {{ . }}:\n    image: {{ $.image }}\n{{- end }}\n' });
    expect((await dindlint(cwd, ['templates/compose.yaml'])).status).toBe(0);
  });

  test('binaries are passed over; what is too large or leads out of the project is not', async () => {
    const cwd = folder({ '.git/HEAD': '', 'data.bin': Buffer.from([0, 1, 2]), 'large.yaml': Buffer.alloc((1 << 20) + 1, 'a') });
    symlinkSync('/etc/hostname', join(cwd, 'link.yaml'));
    expect((await dindlint(cwd, ['data.bin'])).status).toBe(0);
    expect(await dindlint(cwd, ['--quiet', '--format', 'concise', 'large.yaml'])).toMatchObject({ status: 2, err: 'dindlint: `large.yaml` is larger than 1024 KiB, so it was not read\n' });
    expect(await dindlint(cwd, ['--quiet', '--format', 'concise', 'link.yaml'])).toMatchObject({ status: 2, err: 'dindlint: `link.yaml` is a link out of the project, so it was not read\n' });
  });

  test.skipIf(process.getuid?.() === 0)('one that may not be read', async () => {
    const cwd = folder({ 'compose.yaml': sound });
    chmodSync(join(cwd, 'compose.yaml'), 0);
    expect(await dindlint(cwd, ['compose.yaml'])).toMatchObject({ status: 2, err: 'dindlint: `compose.yaml` cannot be read: permission denied\n' });
  });
});

describe('standard input', () => {
  test('stands in for a file of the project', async () => {
    const cwd = folder({ '.git/HEAD': '', 'compose.yaml': sound, 'other/compose.yaml': broken });
    expect(found((await dindlint(cwd, ['--stdin-filename', 'compose.yaml', '--format', 'json'], { input: broken })).out)).toEqual(['missing-privileged compose.yaml']);
    expect(found((await dindlint(cwd, ['--stdin-filename', 'new/docker-compose.yml', '--format', 'json', '-'], { input: broken })).out)).toEqual(['missing-privileged new/docker-compose.yml']);
    expect(found((await dindlint(cwd, ['--stdin-filename', 'compose.yaml', '--format', 'json'], { input: sound })).out)).toEqual([]);
  });

  test.each([
    ['x'.repeat((1 << 20) + 1), 'dindlint: standard input is larger than 1024 KiB\n'],
    ['a\0b', 'dindlint: standard input is no text\n'],
  ])('that is no text', async (input, err) => {
    expect(await dindlint(folder(), ['--stdin-filename', 'compose.yaml'], { input })).toEqual({ status: 2, out: '', err });
  });
});

describe('configuration', () => {
  test('of the root', async () => {
    const cwd = folder({ 'compose.yaml': broken, 'sub/compose.yaml': broken, '.dindlint.yml': 'rules: { missing-privileged: info }\nexclude: [sub]\nfailOn: info\n' });
    const ran = await dindlint(cwd, ['--format', 'json']);
    expect(ran.status).toBe(1);
    expect((JSON.parse(ran.out) as Printed).findings).toMatchObject([{ path: 'compose.yaml', severity: 'info' }]);
    expect((await dindlint(cwd, ['--fail-on', 'error'])).status).toBe(0);
    expect(found((await dindlint(cwd, ['--no-config', '--format', 'json'])).out)).toHaveLength(2);
    expect((await dindlint(cwd, ['--rule', 'missing-privileged=error', '--fail-on', 'error'])).status).toBe(1);
  });

  test('an ignore silences, and is told', async () => {
    const cwd = folder({ 'compose.yaml': broken, '.dindlint.yaml': 'ignore: [{ rule: missing-privileged, path: compose.yaml, reason: sysbox }]\n' });
    const { status, out } = await dindlint(cwd, ['--format', 'json']);
    expect(status).toBe(0);
    expect((JSON.parse(out) as Printed).suppressed).toMatchObject([{ ruleId: 'missing-privileged', by: { reason: 'sysbox', path: '.dindlint.yaml' } }]);
    expect((await dindlint(cwd, [])).out).toMatch(/^No findings \(1 ignored\)/);
  });

  test('of another place', async () => {
    const cwd = folder({ 'compose.yaml': broken, 'conf/lint.json': '{ "rules": { "missing-privileged": "off" } } // why\n' });
    expect((await dindlint(cwd, ['--config', 'conf/lint.json'])).status).toBe(0);
    expect(await dindlint(cwd, ['--config', 'conf/none.yaml'])).toEqual({ status: 2, out: '', err: 'dindlint: the configuration `conf/none.yaml` does not exist or is no file\n' });
    expect((await dindlint(cwd, ['--config', 'conf'])).status).toBe(2);
  });

  test('a mistake in it stops the run, each with its line', async () => {
    const cwd = folder({ 'compose.yaml': broken, '.dindlint.yaml': 'rules:\n  missing-priviledged: off\nfailon: error\n' });
    expect(await dindlint(cwd, [])).toEqual({
      status: 2,
      out: '',
      err: 'dindlint: .dindlint.yaml:2:3: there is no rule `missing-priviledged`; did you mean `missing-privileged`?\ndindlint: .dindlint.yaml:3:1: a configuration has no key `failon`; did you mean `failOn`?\n',
    });
  });

  test('two are one too many', async () => {
    const cwd = folder({ '.dindlint.yaml': '', '.dindlint.json': '{}' });
    expect(await dindlint(cwd, [])).toMatchObject({ status: 2, err: 'dindlint: there are two configurations, `.dindlint.yaml` and `.dindlint.json`: keep one\n' });
  });

  test('one that leads out of the project or is no text', async () => {
    const cwd = folder();
    symlinkSync('/etc/hostname', join(cwd, '.dindlint.yaml'));
    expect(await dindlint(cwd, [])).toMatchObject({ status: 2, err: 'dindlint: the configuration `.dindlint.yaml` is a link out of the project, so it was not read\n' });
    expect((await dindlint(folder({ '.dindlint.yaml': 'a\0' }), [])).err).toMatch(/^dindlint: the configuration `.dindlint.yaml` holds NUL bytes/);
  });
});

describe('certainty and assumptions', () => {
  const floating = 'services:\n  docker:\n    image: docker:dind\n    privileged: true\n  a:\n    image: ${IMAGE}\n';

  test('an assumption that is settled makes certain', async () => {
    const cwd = folder({ 'compose.yaml': 'services:\n  docker:\n    image: ${IMAGE:-docker:28.5.2-dind}\n' });
    const certainty = async (...words: readonly string[]): Promise<unknown> => (JSON.parse((await dindlint(cwd, ['--format', 'json', ...words])).out) as { readonly findings: readonly object[] }).findings;
    expect(await certainty()).toMatchObject([{ ruleId: 'missing-privileged', certainty: 'likely', assumes: ['env.IMAGE'] }]);
    expect(await certainty('--min-certainty', 'certain')).toEqual([]);
    expect(await certainty('--assume', 'env.IMAGE=docker:28.5.2-dind')).toMatchObject([{ ruleId: 'missing-privileged', certainty: 'certain', assumes: [] }]);
    expect(await certainty('--assume', 'env.IMAGE=alpine')).toEqual([]);
  });

  test('a finding says on what it rests', async () => {
    const { out } = await dindlint(folder({ 'compose.yaml': floating }), []);
    expect(out).not.toContain('undefined');
  });
});

describe('about itself', () => {
  test('version, help', async () => {
    expect(await dindlint(folder(), ['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' });
    const { out } = await dindlint(folder(), ['--help']);
    expect(out.split('\n').length).toBeLessThanOrEqual(25);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const option of ['--format', '--output', '--fail-on', '--min-certainty', '--rule', '--config', '--no-config', '--assume', '--stdin-filename', '--color', '--quiet', '--verbose', '--strict']) expect(out).toContain(option);
  });

  test('a mistake gives one sentence, no trace', async () => {
    for (const words of [['--formt'], ['nowhere'], ['--config', 'nowhere'], ['--stdin-filename', 'a', 'b'], ['explain'], ['explain', 'x'], ['rules', 'x'], ['explian', 'x']]) {
      const { status, out, err } = await dindlint(folder(), words);
      expect([status, out]).toEqual([2, '']);
      expect(err).toMatch(/^dindlint: [^\n]+\n$/);
    }
  });

  test('a path of odd characters does not act on the terminal', async () => {
    expect((await dindlint(folder(), ['a\u001b[31mb'])).err).toBe('dindlint: `a\\x1b[31mb` does not exist\n');
  });

  test('git is asked, and its ignore rules hold', async () => {
    const cwd = folder({ 'compose.yaml': broken, 'out/compose.yaml': broken, '.gitignore': 'out/\n' });
    execFileSync('git', ['init', '-q', cwd]);
    expect(found((await dindlint(cwd, ['--format', 'json'])).out)).toEqual(['missing-privileged compose.yaml']);
  });
});
