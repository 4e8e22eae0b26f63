import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { broken, sound } from '../hosts/world.ts';

const root = join(import.meta.dirname, '../..');
const room = mkdtempSync(join(tmpdir(), 'dindlint-pre-commit-'));
const [hook, repository] = [join(room, 'hook'), join(room, 'repository')];
afterAll(() => rmSync(room, { recursive: true, force: true }));

/** The command, if it is here or can be had from PyPI. */
function preCommit(): string | undefined {
  if (spawnSync('pre-commit', ['--version']).status === 0) return 'pre-commit';
  const venv = join(room, 'venv');
  for (const [command, ...words] of [['python3', '-m', 'venv', venv], [join(venv, 'bin/pip'), 'install', '--quiet', 'pre-commit==4.7.0']] as const) {
    if (spawnSync(command, words, { timeout: 300_000 }).status !== 0) return undefined;
  }
  return join(venv, 'bin/pre-commit');
}
const command = preCommit();

const env = { ...process.env, HOME: join(room, 'home'), PRE_COMMIT_HOME: join(room, 'cache'), NO_COLOR: '1', GIT_CONFIG_NOSYSTEM: '1', GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.org', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.org' };
const git = (cwd: string, ...words: readonly string[]): string => execFileSync('git', words, { cwd, env, encoding: 'utf8' });

function written(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A repository of its own with the files of this one as they are now: what a user's `repo:` would be. */
function published(): void {
  mkdirSync(hook, { recursive: true });
  for (const path of git(root, 'ls-files', '-z', '-co', '--exclude-standard').split('\0').filter((one) => one !== '' && !/^(?:fixtures|test)\//.test(one))) cpSync(join(root, path), join(hook, path));
  git(hook, 'init', '--quiet');
  git(hook, 'add', '--all');
  git(hook, 'commit', '--quiet', '--message', 'a');
}

const tried = (...words: readonly string[]) => spawnSync(command ?? '', ['try-repo', hook, 'dindlint', '--verbose', ...words], { cwd: repository, env, encoding: 'utf8', timeout: 600_000 });

describe.skipIf(command === undefined)('pre-commit try-repo (skipped where it is not here and cannot be had from PyPI)', () => {
  beforeAll(() => {
    mkdirSync(join(room, 'home'));
    published();
    written(repository, { 'compose.yaml': sound, 'old/compose.yaml': broken, 'notes.txt': 'a\n', 'a b/ci.yml': 'a: 1\n' });
    git(repository, 'init', '--quiet');
    git(repository, 'add', '--all');
    git(repository, 'commit', '--quiet', '--message', 'a');
  }, 120_000);

  test('installs the command, and fails on a changed file that is wrong, but not on an old one', { timeout: 600_000 }, () => {
    written(repository, { 'compose.yaml': broken, 'notes.txt': 'b\n', 'a b/ci.yml': 'a: 2\n' });
    git(repository, 'add', '--all');
    const { status, stdout } = tried();
    expect(stdout).toContain('exit code: 1');
    expect(stdout).toMatch(/^compose\.yaml:3:12 {2}error .*\[missing-privileged\]$/m);
    expect(stdout).not.toContain('old/compose.yaml');
    expect(status).toBe(1);
  });

  test('passes where the changed files are right', { timeout: 600_000 }, () => {
    written(repository, { 'compose.yaml': `${sound}    command: []\n` });
    git(repository, 'add', '--all');
    const { status, stdout } = tried();
    expect(stdout).toMatch(/dindlint\.+Passed/);
    expect(status).toBe(0);
  });

  test('is not called where nothing that it reads has changed', { timeout: 600_000 }, () => {
    git(repository, 'commit', '--quiet', '--message', 'b');
    written(repository, { 'notes.txt': 'c\n' });
    git(repository, 'add', '--all');
    const { status, stdout } = tried();
    expect(stdout).toMatch(/dindlint\.+\(no files to check\)Skipped/);
    expect(status).toBe(0);
  });
});
