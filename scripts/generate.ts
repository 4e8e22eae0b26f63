import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generated } from './generated.ts';

const root = process.cwd();
const files = await generated(root);
for (const [path, text] of files) {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  if (textOf(file) === text) continue;
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
for (const name of readdirSync(join(root, 'docs/rules'))) {
  if (files.has(`docs/rules/${name}`)) continue;
  rmSync(join(root, 'docs/rules', name));
  process.stdout.write(`docs/rules/${name} removed\n`);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
