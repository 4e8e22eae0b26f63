import { expect, test } from 'vitest';
import { readEnvFile } from '../../src/formats/compose/env-file.ts';
import { known, written } from '../../src/value/value.ts';
import { plain, textAt } from './lowered.ts';
import { busy } from '../busy.ts';

const scope = { folder: '', variable: (name: string, at: Parameters<typeof written>[0]) => (name === 'OUT' ? known('outer', written(at)) : undefined) };
const read = (text: string, raw = false) => readEnvFile({ path: 'a.env', text }, scope, raw).map(({ name, value }) => [name, value && plain(value)]);

test.each<[text: string, expected: unknown]>([
  ['A=1\nB=2', [['A', '1'], ['B', '2']]],
  ['\ufeffA=1', [['A', '1']]],
  ['# c\n\n  export A = x y  # c\r\nB=#no\nC=a#b\n', [['A', 'x y'], ['B', ''], ['C', 'a#b']]],
  ["A='$x # \\n'\nB=\"a\\n\\\"b\\\" $OUT\"", [['A', '$x # \\n'], ['B', 'a\n"b" outer']]],
  ['A="two\nlines"\nB=1', [['A', 'two\nlines'], ['B', '1']]],
  ["A=''\nB=\"\"\nC=", [['A', ''], ['B', ''], ['C', '']]],
  ['A=1\nB=${A}x${GONE:-d}', [['A', '1'], ['B', '1xd']]],
  ['A=$GONE', [['A', '<GONE>']]],
  ['A: 1', [['A', '1']]],
  ['A\nB=1', [['A', undefined], ['B', '1']]],
  ['A="never closed\nB=1', [['A', '"never closed'], ['B', '1']]],
  ['not a line\n=x\nB=1', [['B', '1']]],
])('%j', (text, expected) => expect(read(text)).toEqual(expected));

test('raw takes lines as they stand', () => expect(read("A='x' # y\nB=$OUT", true)).toEqual([['A', "'x' # y"], ['B', '$OUT']]));

test('values know where they stand', () => {
  const [a, b] = readEnvFile({ path: 'a.env', text: 'DOCKER_HOST="tcp://d:2375" # x\nEMPTY=\n' }, scope);
  expect([a, b].map((line) => line && textAt(line.at))).toEqual(['tcp://d:2375', 'EMPTY']);
});

test('a megabyte is read at once', () => {
  const started = busy();
  readEnvFile({ path: 'a.env', text: `A=${'x'.repeat(1 << 20)}\n${'B="'.repeat(100_000)}\n${'\n'.repeat(100_000)}` }, scope);
  expect(busy() - started).toBeLessThan(10_000);
});
