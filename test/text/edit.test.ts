import { expect, test } from 'vitest';
import { edited } from '../../src/text/edit.ts';

const text = 'image: docker:dind';
const source = { path: 'a', text };
const edit = (start: number, end: number, by: string) => ({ at: { source, start, end }, text: by });

test.each([
  ['none', [], text],
  ['one', [edit(14, 18, '28-dind')], 'image: docker:28-dind'],
  ['in any order', [edit(14, 18, 'cli'), edit(0, 5, 'IMAGE')], 'IMAGE: docker:cli'],
  ['touching', [edit(0, 5, 'x'), edit(5, 6, '=')], 'x= docker:dind'],
  ['an insertion at the end', [edit(18, 18, '!')], `${text}!`],
  ['the same twice', [edit(0, 5, 'x'), edit(0, 5, 'x')], 'x: docker:dind'],
  ['overlapping', [edit(0, 6, 'x'), edit(5, 7, 'y')], undefined],
  ['one within another', [edit(0, 18, 'x'), edit(5, 7, 'y')], undefined],
  ['two insertions at one place', [edit(3, 3, 'x'), edit(3, 3, 'y')], undefined],
  ['out of the text', [edit(0, 99, 'x')], undefined],
])('%s', (_, edits, expected) => expect(edited(text, edits)).toBe(expected));
