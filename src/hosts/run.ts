import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { home } from '../reports/links.ts';
import { printable } from '../reports/printable.ts';
import { nearest } from '../text/nearest.ts';
import type { Terminal } from './terminal.ts';

/** 0 nothing that fails, 1 findings that do, 2 the work could not be done. */
export type Status = 0 | 1 | 2;

/** What a command came to: its status, and where it is 2 a sentence for each thing that stood in the way. */
export interface Outcome {
  readonly status: Status;
  readonly complaints?: readonly string[];
}

type Command = (words: readonly string[], terminal: Terminal) => Promise<Outcome>;

/** Each is loaded when it is called for: none needs what only another does. */
const commands: Readonly<Record<string, Command>> = {
  explain: async (words, terminal) => (await import('./about-rules.ts')).explain(words, terminal),
  rules: async (words, terminal) => (await import('./about-rules.ts')).listRules(words, terminal),
};

/** Does what the words ask, and gives the exit status. Never throws: what fails inside is told in a sentence. */
export async function run(words: readonly string[], terminal: Terminal): Promise<Status> {
  try {
    const { status, complaints = [] } = await dispatched(words, terminal);
    for (const complaint of complaints) await terminal.complain(`dindlint: ${printable(complaint)}\n`);
    return status;
  } catch (error) {
    const told = error instanceof Error ? error : new Error(String(error));
    const trace = words.includes('--verbose') ? `${told.stack ?? ''}\n` : '';
    await terminal.complain(`dindlint: something failed inside dindlint (${printable(told.message)}); please report it at ${home}/issues, with what --verbose prints\n${trace}`);
    return 2;
  }
}

async function dispatched(words: readonly string[], terminal: Terminal): Promise<Outcome> {
  const [first = '', ...rest] = words;
  const command = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (command !== undefined) return command(rest, terminal);
  const close = nearest(first, Object.keys(commands));
  if (close !== undefined && words.length <= 2 && !existsSync(resolve(terminal.cwd, first))) {
    return { status: 2, complaints: [`\`${first}\` is neither a command nor a path that exists; did you mean \`${close}\`?`] };
  }
  return (await import('./lint-paths.ts')).lintPaths(words, terminal);
}
