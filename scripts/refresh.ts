import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type TagHistory, knownImagesModule, tagsModule } from './refresh-tables.ts';

// npm run refresh -- --tags FILE --images FILE
// FILE after --tags: JSON, `{ tag: { first, removed, lastver } }` for every tag the official image ever had.
// FILE after --images: JSON, a list of images with the fields of src/docker/known-image.ts.
const { values } = parseArgs({ options: { tags: { type: 'string' }, images: { type: 'string' } } });

// The shapes are this script's contract with whoever gathers the files; a wrong one shows in the printed table's diff.
if (values.tags !== undefined) print('src/docker/tags.ts', tagsModule(read(values.tags) as Record<string, TagHistory>));
if (values.images !== undefined) print('src/docker/known-images.ts', knownImagesModule(read(values.images) as Record<string, unknown>[]));
if (values.tags === undefined && values.images === undefined) {
  process.stderr.write('usage: npm run refresh -- [--tags FILE] [--images FILE]\n');
  process.exitCode = 2;
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function print(path: string, text: string): void {
  writeFileSync(resolve(path), text);
  process.stdout.write(`${path}: ${Buffer.byteLength(text)} bytes\n`);
}
