import type { Slice, Span } from '../../text/slice.ts';
import { type Listing, openBy } from '../../value/value.ts';
import { expand } from './expand.ts';
import type { Reading, Situation, Surroundings } from './reading.ts';
import { run } from './run.ts';
import type { State } from './state.ts';
import { expansion, walk } from './walk.ts';
import type { Invocation, Words } from '../topology.ts';

export type { Surroundings } from './reading.ts';

/** Commands of one start that are read; more are no script of people. */
const mostCommands = 1_500;

/**
 * What running these words comes to, in order: the command itself, or what is inside `sh -c`, `env`, `exec`, `sudo`,
 * `timeout`, `tini --` and scripts of the repository. Commands that the shell does itself (`cd`, `echo`, `[`) are none. Open
 * where a program that is run is a script out of view, or not known.
 */
export function runsOf(words: Words, at: Span, surroundings: Surroundings): Listing<Invocation> {
  const scripts = new Map<string, Slice | undefined>();
  const remembered: Surroundings = {
    ...surroundings,
    script(path) {
      if (!scripts.has(path)) scripts.set(path, surroundings.script(path));
      return scripts.get(path);
    },
  };
  const reading: Reading = {
    surroundings: remembered,
    items: [],
    open: undefined,
    seen: [],
    atEnd: [],
    budget: mostCommands,
    run: (inner, where, state, situation) => run(reading, inner, where, state, situation),
    walk: (statements, state, situation) => walk(reading, statements, state, situation),
    look: (all, state, situation) => all.flatMap((word) => expand(word, expansion(reading, state, situation, false))),
  };
  const state: State = {
    base: surroundings.env,
    variables: new Map(),
    open: undefined,
    cwd: surroundings.workingDirectory,
    user: surroundings.user,
    args: [],
    zero: undefined,
    functions: new Map(),
    guards: [],
    files: new Map(),
    allExported: false,
    handed: undefined,
    ended: undefined,
  };
  const situation: Situation = { holes: new Map(), guards: [], background: false, inside: [], shell: false, limit: undefined, input: undefined, piped: undefined };
  run(reading, words, at, state, situation);
  // One that sets another at its own end is not followed.
  for (const last of [...reading.atEnd]) last();
  if (reading.budget < 0) {
    reading.open ??= { kind: 'written', at };
    surroundings.report?.({ at: { ...at, end: Math.min(at.end, at.start + 1) }, message: `more than ${mostCommands} commands are run here; the rest is left out` });
  }
  return { items: reading.items, ...openBy(reading.open) };
}
