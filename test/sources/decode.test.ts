import { expect, test } from 'vitest';
import { decoded } from '../../src/sources/decode.ts';

const wide = (text: string, big: boolean): Buffer => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

test.each([
  ['plain', Buffer.from('a: é😀'), 'a: é😀'],
  ['a byte order mark', Buffer.from('\ufeffa: 1'), 'a: 1'],
  ['UTF-16, little end first', wide('a: é', false), 'a: é'],
  ['UTF-16, big end first', wide('a: é', true), 'a: é'],
  ['nothing', Buffer.alloc(0), ''],
])('%s', (_, bytes, text) => expect(decoded(bytes)).toEqual({ text }));

test('Latin-1 is read character by character, and said', () => {
  expect(decoded(Buffer.from([0x61, 0xe9, 0x62]))).toEqual({ text: 'aéb', problem: expect.stringMatching(/UTF-8/) as string });
});

test.each([
  ['NUL', Buffer.from('a\0b')],
  ['half a UTF-16 letter', Buffer.from([0xff, 0xfe, 0x61])],
  ['a lone surrogate', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x61, 0x00])],
])('%s is no text', (_, bytes) => {
  const { text, problem } = decoded(bytes);
  expect(text).toBeUndefined();
  expect(problem).toMatch(/not read$/);
});
