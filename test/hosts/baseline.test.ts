import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dindlint, folder } from './world.ts';

const compose = (name: string): string => `services:\n  ${name}:\n    image: docker:28.5.2-dind\n`;
const files = { '.dindlint.yaml': '', 'a/compose.yaml': compose('one'), 'b/compose.yaml': compose('two') };

test('findings are written, then left out and counted, then gone', async () => {
  const root = folder(files);
  expect(await dindlint(root, ['--write-baseline', 'known.json', '.'])).toEqual({ status: 0, out: '2 findings written to known.json: `--baseline known.json` leaves them out\n', err: '' });
  expect(await dindlint(root, ['--baseline', 'known.json', '.'])).toEqual({ status: 0, out: 'No findings (2 in the baseline); 3 files read of 4\n', err: '' });
  expect(JSON.parse((await dindlint(root, ['--baseline', 'known.json', '--format', 'json', '.'])).out)).toMatchObject({ findings: [], baseline: { known: 2, gone: 0 } });
  writeFileSync(join(root, 'b/compose.yaml'), compose('three'));
  const changed = await dindlint(root, ['--baseline', 'known.json', '--format', 'text', '.']);
  expect(changed.status).toBe(1);
  expect(changed.out).toMatch(/1 error \(1 in the baseline\); 3 files read of 4\n1 of the baseline is gone: write it anew with --write-baseline\n$/);
});

test('with named files the baseline knows the others still', async () => {
  const root = folder(files);
  await dindlint(root, ['--write-baseline', 'known.json', '.']);
  expect((await dindlint(root, ['--baseline', 'known.json', 'a/compose.yaml'])).out).toBe('No findings (1 in the baseline); 3 files read of 4\n');
  writeFileSync(join(root, 'a/compose.yaml'), `${compose('one')}    privileged: true\n`);
  expect((await dindlint(root, ['--write-baseline', 'known.json', 'a/compose.yaml'])).out).toBe('1 finding written to known.json: `--baseline known.json` leaves it out\n');
  expect(await dindlint(root, ['--baseline', 'known.json', '.'])).toMatchObject({ status: 0, out: 'No findings (1 in the baseline); 3 files read of 4\n' });
});

test('it is found from any folder', async () => {
  const root = folder(files);
  await dindlint(root, ['--write-baseline', 'known.json', '.']);
  expect((await dindlint(join(root, 'b'), ['--baseline', '../known.json', 'compose.yaml'])).status).toBe(0);
});

test.each([
  [['--baseline', 'none.json'], /^dindlint: the baseline `none\.json` does not exist: `--write-baseline none\.json` writes it\n$/],
  [['--baseline', 'a'], /^dindlint: the baseline `a` cannot be read: it is no file\n$/],
  [['--baseline', 'a/compose.yaml'], /^dindlint: `a\/compose\.yaml` is no JSON, so it is no baseline\n$/],
  [['--baseline', 'other.json'], /^dindlint: `other\.json` is no baseline of dindlint\n$/],
  [['--write-baseline', 'none/known.json'], /^dindlint: `none\/known\.json` cannot be written: its folder does not exist\n$/],
  [['--write-baseline', 'a/compose.yaml'], /^dindlint: `a\/compose\.yaml` is no JSON, so it is no baseline, so it was not written over: remove it, or name another file\n$/],
  [['--write-baseline', 'a.json', '--baseline', 'b.json'], /^dindlint: `--baseline` leaves findings out and `--write-baseline` writes all: give one of them /],
  [['--baseline'], /^dindlint: `--baseline` needs a value: `--baseline FILE`/],
])('%j is told in a sentence', async (words, sentence) => {
  const root = folder({ ...files, 'other.json': '{"findings":[]}' });
  const { status, out, err } = await dindlint(root, [...words, ...(words.length > 1 ? ['.'] : [])]);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(sentence);
  expect(readFileSync(join(root, 'a/compose.yaml'), 'utf8')).toBe(compose('one'));
});

test('nothing is written where a named file could not be read', async () => {
  const root = folder({ ...files, 'c/compose.yaml': 'services: {' });
  expect((await dindlint(root, ['--write-baseline', 'known.json', 'c/compose.yaml'])).status).toBe(2);
  expect(existsSync(join(root, 'known.json'))).toBe(false);
});
