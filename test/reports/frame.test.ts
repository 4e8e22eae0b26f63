import { describe, expect, test } from 'vitest';
import { palette } from '../../src/reports/colour.ts';
import { frame } from '../../src/reports/frame.ts';
import { printable, width } from '../../src/reports/printable.ts';

const same = (text: string): string => text;
const framed = (text: string, marked: string): readonly string[] => {
  const start = text.indexOf(marked);
  return frame({ source: { path: 'a', text }, start, end: start + marked.length }, palette(false), same);
};
/** The columns over the carets, as a terminal shows them. */
function over(lines: readonly string[]): string {
  const [shown = '', carets = ''] = lines.slice(-2);
  const [from, to] = [carets.indexOf('^'), carets.lastIndexOf('^') + 1];
  let column = 0;
  let text = '';
  for (const character of shown) {
    if (column >= from && column < to) text += character;
    column += width(character);
  }
  return text;
}

describe('the carets stand under the mark', () => {
  test.each([
    ['plain', 'image: docker:dind', 'docker:dind', 'docker:dind'],
    ['after a tab', '\timage: docker:dind', 'docker:dind', 'docker:dind'],
    ['after a tab in the middle', 'a\tb\tdocker', 'docker', 'docker'],
    ['over a tab', 'a\tb', '\tb', '   b'],
    ['after wide letters', '名前: docker', 'docker', 'docker'],
    ['over wide letters', 'x: 名前 y', '名前', '名前'],
    ['after an emoji', '# 🐳 docker', 'docker', 'docker'],
    ['after a combining accent', 'e\u0301 docker', 'docker', 'docker'],
    ['after a control', '\u001b[31m docker', 'docker', 'docker'],
    ['with CRLF', 'a: 1\r\nimage: docker\r\n', 'docker', 'docker'],
  ])('%s', (_, text, marked, expected) => expect(over(framed(text, marked))).toBe(expected));
});

test('the line before is shown where it says something', () => {
  expect(framed('a:\n  b: c', 'c')).toEqual(['1 | a:', '2 |   b: c', '  |      ^']);
  expect(framed('\n\nc', 'c')).toEqual(['3 | c', '  | ^']);
});

test('of several lines the first is marked', () => expect(framed('a: |\n  x\n  y\n', '|\n  x\n  y')).toEqual(['1 | a: |', '  |    ^ (to line 3)']));

test.each([0, 3, 4])('an empty span at %i has one caret', (at) => {
  const lines = frame({ source: { path: 'a', text: 'abc\n' }, start: at, end: at }, palette(false), same);
  expect(lines.at(-1)).toMatch(/^ {2}\| {1,4}\^$/);
});

test('a file without text has an empty line', () => expect(frame({ source: { path: 'a', text: '' }, start: 0, end: 0 }, palette(false), same)).toEqual(['1 | ', '  | ^']));

test.each([
  ['at the start', 0],
  ['in the middle', 500_000],
  ['at the end', 999_990],
])('a line of a mebibyte is shown around the mark, %s', (_, offset) => {
  const text = `${'x'.repeat(offset)}docker${'y'.repeat(1_000_000 - offset)}`;
  const lines = framed(text, 'docker');
  expect(over(lines)).toBe('docker');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
});

test('a mark longer than the line is cut with it', () => {
  const text = 'x'.repeat(10_000);
  const lines = framed(text, text);
  expect(lines.at(-1)).toMatch(/^ {2}\| \^{120}$/);
});

test.each([
  ['plain', 'plain'],
  ['é名🐳', 'é名🐳'],
  ['\ta\tb', '    a   b'],
  ['\u0000\u007f\u0085\u009b', '\\x00\\x7f\\x85\\x9b'],
  ['\u2028\u200f\ufeff\u{e0041}', '\\u{2028}\\u{200f}\\u{feff}\\u{e0041}'],
  ['\ud800', '\\u{d800}'],
])('%j prints as %j', (text, expected) => expect(printable(text)).toBe(expected));

test.each([
  ['abc', 3],
  ['名前', 4],
  ['🐳', 2],
  ['e\u0301', 1],
  ['', 0],
])('%j takes %i columns', (text, columns) => expect(width(text)).toBe(columns));
