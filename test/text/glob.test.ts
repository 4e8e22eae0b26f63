import { describe, expect, test } from 'vitest';
import { covers, matches } from '../../src/text/glob.ts';
import { busy } from '../busy.ts';

describe('covers', () => {
  test.each([
    ['examples/**', 'examples/a/compose.yaml', true],
    ['examples/**', 'a/examples/compose.yaml', false],
    ['examples', 'a/examples/compose.yaml', true],
    ['examples/', 'examples/compose.yaml', true],
    ['/examples', 'a/examples/compose.yaml', false],
    ['./examples', 'examples/compose.yaml', true],
    ['**/examples/**', 'a/b/examples/c/d.yaml', true],
    ['**/examples/**', 'examples/d.yaml', true],
    ['*.yaml', 'a/b/compose.yaml', true],
    ['a/*.yaml', 'a/b/compose.yaml', false],
    ['a/**/*.yaml', 'a/compose.yaml', true],
    ['a/**/*.yaml', 'a/b/c/compose.yaml', true],
    ['*.{yml,yaml}', 'x/compose.yml', true],
    ['{a,b}/{c,d}.yml', 'b/c.yml', true],
    ['{a,b}/{c,d}.yml', 'b/e.yml', false],
    ['compose.?aml', 'compose.yaml', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[!a-c]x', 'zx', true],
    ['[', '[', true],
    ['a\\*b', 'a*b', true],
    ['a\\*b', 'axb', false],
    ['.', 'anything', true],
    ['', 'anything', false],
    ['ops/compose.yaml', 'ops/compose.yaml', true],
    ['ops/compose.yaml', 'ops/compose.yaml.bak', false],
  ])('%j, %j: %s', (pattern, path, expected) => expect(covers(pattern, path)).toBe(expected));
});

test('what a folder holds is not the folder', () => {
  expect(matches('a/**', 'a')).toBe(false);
  expect(matches('a/**', 'a/b')).toBe(true);
  expect(matches('**', 'a/b')).toBe(true);
});

test('hostile patterns take no time', () => {
  const started = busy();
  expect(covers('*a'.repeat(500), 'a'.repeat(500))).toBe(true);
  expect(covers(`${'**/a/'.repeat(200)}x`, 'a/'.repeat(400))).toBe(false);
  expect(covers('{a,b}'.repeat(40), 'a')).toBe(false);
  expect(busy() - started).toBeLessThan(4_000);
});
