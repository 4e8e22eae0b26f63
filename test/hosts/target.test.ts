import { mkdirSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { targetOf, targetOfText } from '../../src/hosts/target.ts';
import { folder } from './world.ts';

const tree = { 'compose.yaml': '', 'sub/compose.yaml': '', 'sub/deep/Dockerfile': '', 'other/compose.yaml': '' };

describe('without a mark of a root', () => {
  test('a folder is its own root', () => {
    const cwd = folder(tree);
    expect(targetOf(['.'], cwd)).toEqual({ root: cwd, files: [], folders: [], whole: true });
    expect(targetOf(['sub'], cwd)).toEqual({ root: join(cwd, 'sub'), files: [], folders: [], whole: true });
    expect(targetOf([join(cwd, 'sub/')], '/')).toEqual({ root: join(cwd, 'sub'), files: [], folders: [], whole: true });
  });

  test('files have the working directory, where they lie in it', () => {
    const cwd = folder(tree);
    expect(targetOf(['sub/deep/Dockerfile'], cwd)).toEqual({ root: cwd, files: ['sub/deep/Dockerfile'], folders: [], whole: false });
    expect(targetOf([join(cwd, 'sub/deep/Dockerfile')], join(cwd, 'other'))).toEqual({ root: join(cwd, 'sub/deep'), files: ['Dockerfile'], folders: [], whole: false });
    expect(targetOf(['../sub/compose.yaml', 'compose.yaml'], join(cwd, 'other'))).toEqual({ root: cwd, files: ['sub/compose.yaml', 'other/compose.yaml'], folders: [], whole: false });
    expect(targetOf(['sub', 'other'], cwd)).toMatchObject({ root: cwd, folders: ['sub', 'other'], whole: false });
  });
});

describe('with one', () => {
  test.each(['.dindlint.yaml', '.dindlint.jsonc', '.git'])('the nearest folder above that holds %s', (mark) => {
    const cwd = folder({ ...tree, [mark]: '' });
    expect(targetOf(['.'], join(cwd, 'sub'))).toEqual({ root: cwd, files: [], folders: ['sub'], whole: false });
    expect(targetOf(['deep/Dockerfile'], join(cwd, 'sub'))).toEqual({ root: cwd, files: ['sub/deep/Dockerfile'], folders: [], whole: false });
    expect(targetOf(['.', 'sub'], cwd)).toMatchObject({ root: cwd, whole: true });
  });

  test('a marked folder within a marked one is a part of it', () => {
    const cwd = folder({ ...tree, '.git': '', 'sub/.dindlint.yaml': '' });
    expect(targetOf(['sub/compose.yaml'], cwd)).toMatchObject({ root: join(cwd, 'sub'), files: ['compose.yaml'] });
    expect(targetOf(['sub/compose.yaml', 'compose.yaml'], cwd)).toMatchObject({ root: cwd, files: ['sub/compose.yaml', 'compose.yaml'] });
  });

  test('two projects are not one', () => {
    const cwd = folder({ ...tree, 'sub/.git': '', 'other/.git': '' });
    expect(targetOf(['sub', 'other'], cwd)).toEqual({ mistake: 'the paths lie in different projects: lint one project at a time' });
  });
});

describe('what cannot be linted', () => {
  test('is named', () => {
    const cwd = folder(tree);
    expect(targetOf(['compse.yaml'], cwd)).toEqual({ mistake: '`compse.yaml` does not exist; did you mean `compose.yaml`?' });
    expect(targetOf(['no/such'], cwd)).toEqual({ mistake: '`no/such` does not exist' });
    expect(targetOf(['compose.yaml/x'], cwd)).toEqual({ mistake: '`compose.yaml/x` does not exist' });
    expect(targetOf(['/dev/null'], cwd)).toEqual({ mistake: '`/dev/null` is neither a file nor a folder' });
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(targetOf(['pipe'], cwd)).toEqual({ mistake: '`pipe` is neither a file nor a folder' });
  });
});

test('a text need not have a file', () => {
  const cwd = folder({ '.git': '' });
  mkdirSync(join(cwd, 'sub'));
  writeFileSync(join(cwd, 'sub/x'), '');
  expect(targetOfText('sub/new/compose.yaml', cwd)).toEqual({ root: cwd, files: ['sub/new/compose.yaml'], folders: [], whole: false });
});
