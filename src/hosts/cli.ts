#!/usr/bin/env node
import module from 'node:module';
import { version } from './version.ts';

// Everything else is loaded once it is clear that it is needed: `--version` is asked by scripts, often.
const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') process.stdout.write(`${version}\n`);
else {
  // Since Node 22.1, so the types of Node 20 do not have it: what was compiled once is not compiled again in the next run.
  (module as { readonly enableCompileCache?: () => unknown }).enableCompileCache?.();
  const [{ run }, { processTerminal }] = await Promise.all([import('./run.ts'), import('./terminal.ts')]);
  const status = await run(words, processTerminal());
  // Set already where the report could not be written.
  process.exitCode ??= status;
}
