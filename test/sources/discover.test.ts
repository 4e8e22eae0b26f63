import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { discover } from '../../src/sources/discover.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'discover '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(...paths: readonly string[]): void {
  for (const path of paths) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), 'x\n');
  }
}
function git(...words: readonly string[]): string {
  // Some of these are meant to fail: what they leave behind is what counts.
  return spawnSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], { encoding: 'utf8' }).stdout;
}

const tree = ['compose.yaml', 'a b/Dockerfile', 'node_modules/x/compose.yaml', 'vendor/compose.yaml', 'a b/vendor/compose.yaml', 'out/compose.yaml', '.github/compose.yaml', 'kept.log', 'lost.log'];
const expected = ['.github/compose.yaml', '.gitignore', 'a b/Dockerfile', 'compose.yaml', 'kept.log'];

test('without git: a walk by .gitignore', () => {
  put(...tree, '.venv/compose.yaml');
  writeFileSync(join(root, '.gitignore'), 'out/\n*.log\n!kept.log\n');
  expect(discover(root)).toEqual(expected);
});

test('with git: what it tracks and would add, names with blanks and quotes as they are', () => {
  put(...tree, 'é "q".yaml');
  writeFileSync(join(root, '.gitignore'), 'out/\n*.log\n!kept.log\n');
  git('init', '-q');
  git('add', 'compose.yaml');
  expect(discover(root)).toEqual([...expected, 'é "q".yaml']);
});

test('a folder below the repository has only its own', () => {
  put('compose.yaml', 'sub/compose.yaml', 'sub/deep/Dockerfile');
  git('init', '-q');
  expect(discover(join(root, 'sub'))).toEqual(['compose.yaml', 'deep/Dockerfile']);
});

test('a folder that links to itself is not entered', () => {
  put('a/compose.yaml');
  symlinkSync('..', join(root, 'a/loop'));
  expect(discover(root)).toEqual(['a/compose.yaml', 'a/loop']);
});

test('what surrounds a hook of git does not lead elsewhere', () => {
  put('compose.yaml');
  git('init', '-q');
  process.env['GIT_DIR'] = '/nowhere';
  try {
    expect(discover(root)).toEqual(['compose.yaml']);
  } finally {
    delete process.env['GIT_DIR'];
  }
});

test('a repository cannot have its own programs run', () => {
  put('compose.yaml', 'secret/x.yaml');
  git('init', '-q');
  git('add', '.');
  git('commit', '-qm', 'x');
  // Without a blank in its name, which git would take for the end of a command.
  const elsewhere = mkdtempSync(join(tmpdir(), 'trap-'));
  const trace = join(elsewhere, 'ran');
  const program = join(elsewhere, 'program');
  writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${trace}'\n`);
  chmodSync(program, 0o755);
  mkdirSync(join(root, 'hooks'));
  for (const hook of ['post-index-change', 'query-watchman', 'fsmonitor-watchman']) {
    writeFileSync(join(root, 'hooks', hook), `#!/bin/sh\necho ${hook} >> '${trace}'\n`);
    chmodSync(join(root, 'hooks', hook), 0o755);
  }
  for (const [key, value] of [
    ['core.fsmonitor', program],
    ['core.hooksPath', join(root, 'hooks')],
    ['core.pager', program],
    ['core.sshCommand', program],
    ['core.untrackedCache', 'true'],
    ['alias.ls-files', `!${program}`],
    ['pager.ls-files', program],
    ['protocol.allow', 'always'],
    ['protocol.ext.allow', 'always'],
    ['remote.origin.url', `ext::${program}`],
    ['remote.origin.promisor', 'true'],
    ['extensions.partialClone', 'origin'],
    ['core.repositoryFormatVersion', '1'],
    ['filter.x.clean', program],
  ] as const) git('config', key, value);
  // A sparse index whose folder is not there has to be fetched before it can be listed.
  git('sparse-checkout', 'init', '--cone', '--sparse-index');
  const tree = git('rev-parse', 'HEAD:secret').trim();
  rmSync(join(root, '.git/objects', tree.slice(0, 2), tree.slice(2)), { force: true });
  rmSync(trace, { force: true });
  // Proof that the traps would spring: git as it is runs the monitor, and without it the transport.
  for (const setting of ['core.pager=cat', 'core.fsmonitor=false']) {
    git('-c', setting, 'ls-files', '-co', '--exclude-standard');
    expect(existsSync(trace)).toBe(true);
    rmSync(trace);
  }
  discover(root);
  const ran = existsSync(trace);
  rmSync(elsewhere, { recursive: true });
  expect(ran).toBe(false);
});
