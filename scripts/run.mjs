#!/usr/bin/env node
// Runs a TypeScript file of this project, since Node 20 does not: `node scripts/run.mjs scripts/build.ts [ARGUMENTS]`.
import { build } from 'esbuild';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  process.stderr.write('run.mjs needs a script: node scripts/run.mjs scripts/build.ts\n');
  process.exit(2);
}
// Below node_modules, so that the packages it imports are found from there.
const folder = join(import.meta.dirname, '../node_modules/.cache/dindlint');
mkdirSync(folder, { recursive: true });
const bundle = join(folder, `run-${process.pid}.mjs`);
try {
  await build({ entryPoints: [resolve(script)], outfile: bundle, bundle: true, packages: 'external', format: 'esm', platform: 'node', target: 'node20.19', logLevel: 'warning', sourcemap: 'inline' });
  process.argv = [process.argv[0], resolve(script), ...rest];
  await import(pathToFileURL(bundle).href);
} catch (error) {
  // What esbuild could not bundle it has told already.
  if (!('errors' in error)) process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
} finally {
  rmSync(bundle, { force: true });
}
