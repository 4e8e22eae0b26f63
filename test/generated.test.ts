import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generated } from '../scripts/generated.ts';

const root = join(import.meta.dirname, '..');

test('what is printed from the rules is up to date', async () => {
  const files = await generated(root);
  const stale = [...files].filter(([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== text).map(([path]) => path);
  const leftOver = readdirSync(join(root, 'docs/rules')).map((name) => `docs/rules/${name}`).filter((path) => !files.has(path));
  expect([...stale, ...leftOver], 'run npm run generate').toEqual([]);
});
