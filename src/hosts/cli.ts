#!/usr/bin/env node
import { join } from 'node:path';
import { compiled } from './compiled.ts';
import type * as Command from './command.ts';
import { version } from './version.ts';

/** The file of `command.ts`, told by the build. */
declare const COMMAND: string;

// Everything else is loaded once it is clear that it is needed: `--version` is asked by scripts, often.
const words = process.argv.slice(2);
if (words.length === 1 && words[0] === '--version') process.stdout.write(`${version}\n`);
else {
  const { exports, keep } = compiled(join(__dirname, COMMAND), require);
  const { run, processTerminal } = exports as typeof Command;
  void run(words, processTerminal()).then((status) => {
    // Set already where the report could not be written.
    process.exitCode ??= status;
    keep();
  });
}
