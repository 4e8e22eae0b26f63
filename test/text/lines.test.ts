import { describe, expect, test } from 'vitest';
import { lineCount, lineText, offsetAt, positionAt, rangeOf } from '../../src/text/lines.ts';

const source = (text: string) => ({ path: 'a', text });

describe('positions', () => {
  test.each([
    ['', 0, 1, 1],
    ['ab', 2, 1, 3],
    ['ab\ncd', 2, 1, 3],
    ['ab\ncd', 3, 2, 1],
    ['ab\r\ncd', 4, 2, 1],
    ['ab\r\ncd', 3, 1, 4],
    ['ab\rcd', 3, 2, 1],
    ['a\n\n\nb', 4, 4, 1],
    ['a\n', 2, 2, 1],
    // A pair of surrogates is two columns, as UTF-16 counts.
    ['😀x', 2, 1, 3],
    ['ab', 99, 1, 3],
    ['ab', -5, 1, 1],
  ])('of %j, offset %i is %i:%i', (text, offset, line, column) => {
    expect(positionAt(source(text), offset)).toEqual({ line, column });
  });

  test('offsetAt undoes positionAt', () => {
    const one = source('services:\r\n  a: 1\n\n\t😀\rlast');
    for (let offset = 0; offset <= one.text.length; offset++) {
      // Between `\r` and `\n` there is no column of its own.
      if (one.text[offset - 1] === '\r' && one.text[offset] === '\n') continue;
      expect(offsetAt(one, positionAt(one, offset))).toBe(offset);
    }
    expect(offsetAt(one, { line: 9, column: 1 })).toBeUndefined();
    expect(offsetAt(one, { line: 1, column: 99 })).toBe('services:'.length);
  });

  test('a range has both ends', () => {
    expect(rangeOf({ source: source('ab\ncd'), start: 1, end: 4 })).toEqual({ start: { line: 1, column: 2 }, end: { line: 2, column: 2 } });
  });
});

test('lines are without their ends', () => {
  const one = source('ab\r\ncd\r\n');
  expect([1, 2, 3, 4, 0].map((line) => lineText(one, line))).toEqual(['ab', 'cd', '', '', '']);
  expect(lineCount(one)).toBe(3);
});
