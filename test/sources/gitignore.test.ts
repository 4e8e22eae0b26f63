import { expect, test } from 'vitest';
import { ignored, readIgnoreFile } from '../../src/sources/gitignore.ts';

test.each([
  ['*.log', 'a/b.log', true],
  ['*.log', 'a/b.txt', false],
  ['/build', 'build', true],
  ['/build', 'a/build', false],
  ['build/', 'a/build/', true],
  ['build/', 'build', false],
  ['a/b', 'a/b', true],
  ['a/b', 'x/a/b', false],
  ['**/a/b', 'x/a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**', 'a/x', true],
  ['*.log\n!keep.log', 'keep.log', false],
  ['!keep.log\n*.log', 'keep.log', true],
  ['# a comment\n\n', '# a comment', false],
  ['\\#x', '#x', true],
  ['\\!x', '!x', true],
  ['trailing  ', 'trailing', true],
  ['name\\ ', 'name ', true],
  ['*.log\r\n', 'a.log', true],
  ['/', 'a', false],
])('%j and %s: %s', (text, path, expected) => {
  expect(ignored(path.replace(/\/$/, ''), path.endsWith('/'), [readIgnoreFile('', text)])).toBe(expected);
});

test('a deeper file decides, and its patterns count from its folder', () => {
  const files = [readIgnoreFile('', '*.yaml'), readIgnoreFile('sub', '!/kept.yaml')];
  expect(ignored('sub/kept.yaml', false, files)).toBe(false);
  expect(ignored('sub/other.yaml', false, files)).toBe(true);
  expect(ignored('sub/deep/kept.yaml', false, files)).toBe(true);
});
