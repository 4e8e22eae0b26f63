#!/usr/bin/env node
// Builds dist/ after an install. `npm install -g git+…`, which pre-commit runs, calls this without having installed
// anything (https://github.com/npm/cli/issues/8440): then the locked packages are installed here first.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const npm = process.env.npm_execpath;

/** Runs node with these words, and ends where that fails. */
function run(...words) {
  const { status, error } = spawnSync(process.execPath, words, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) process.stderr.write(`${error.message}\n`);
  if (status !== 0) process.exit(status ?? 1);
}

try {
  createRequire(import.meta.url).resolve('esbuild');
} catch {
  if (npm === undefined) {
    process.stderr.write('esbuild is not installed: run npm ci\n');
    process.exit(1);
  }
  run(npm, 'ci', '--global=false', '--location=project', '--ignore-scripts', '--no-audit', '--no-fund');
}
run(join(root, 'scripts/run.mjs'), 'scripts/build.ts');
