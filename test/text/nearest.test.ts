import { expect, test } from 'vitest';
import { meant, nearest } from '../../src/text/nearest.ts';

const words = ['--format', '--fail-on', '--min-certainty', '--no-config', 'failOn', 'missing-privileged', 'off'];

test.each([
  ['--formt', '--format'],
  ['--fromat', '--format'],
  ['--failon', '--fail-on'],
  ['--min-certanity', '--min-certainty'],
  ['--min', '--min-certainty'],
  ['fail_on', 'failOn'],
  ['privileged-missing', 'missing-privileged'],
  ['OFF', 'off'],
  ['of', 'off'],
  ['--sarif', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
])('%j is %j', (word, expected) => expect(nearest(word, words)).toBe(expected));

test('a sentence for a message', () => {
  expect(meant('--formt', words)).toBe('; did you mean `--format`?');
  expect(meant('zzzzzz', words)).toBe('');
});
