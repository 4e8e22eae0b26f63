import { expect, test } from 'vitest';
import { folderOf, joined, nameOf } from '../../src/text/paths.ts';

test.each([
  ['a/b/c.yaml', 'a/b', 'c.yaml'],
  ['c.yaml', '', 'c.yaml'],
  ['a/', 'a', ''],
  ['', '', ''],
])('%j lies in the folder %j and is called %j', (path, folder, name) => expect([folderOf(path), nameOf(path)]).toEqual([folder, name]));

test.each([
  ['a', 'b.yaml', 'a/b.yaml'],
  ['', './b.yaml', 'b.yaml'],
  ['a/b', '../c//d/.', 'a/c/d'],
  ['a', '..', ''],
  ['a', '..\\b', 'b'],
  ['a', '../../b', '../b'],
  ['a', '../../../b', '../../b'],
])('from %j the path %j is %j', (folder, path, whole) => expect(joined(folder, path)).toBe(whole));
