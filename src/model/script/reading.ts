import type { Slice, Span } from '../../text/slice.ts';
import type { Listing, Origin, Value } from '../../value/value.ts';
import type { ShellWord, Statement } from '../../syntax/shell/index.ts';
import type { State } from './state.ts';
import type { Environment, Guard, Identity, Invocation, Mount, Place, Word, Words } from '../topology.ts';

/** What a process finds when it starts. */
export interface Surroundings {
  /** Where it runs; may be filled in only after the invocations are read. */
  readonly place: Place;
  readonly env: Environment;
  readonly workingDirectory: Value<string>;
  readonly user: Value<Identity>;
  readonly via: Invocation['via'];
  /** Of a RUN of a build; empty elsewhere. */
  readonly mounts: Listing<Mount>;
  readonly privileged: Value<boolean>;
  /** The script at this absolute path in the container, copied or mounted there from the repository; undefined where it is not in view. */
  script(path: string): Slice | undefined;
  /** Told of a script that was not read, or not as a whole. */
  report?(problem: { readonly at: Span; readonly message: string }): void;
}

/** One reading of what words come to: what it has met so far, and the two halves that call each other. */
export interface Reading {
  readonly surroundings: Surroundings;
  readonly items: Invocation[];
  open: Origin | undefined;
  /** What was asked and left on the way, for loops to look back on. */
  readonly seen: Sight[];
  /** What shells leave to their ends. */
  readonly atEnd: (() => void)[];
  /** Commands that may still be read; a script that calls itself in a circle ends here. */
  budget: number;
  run(words: Words, at: Span, state: State, situation: Situation): void;
  walk(statements: readonly Statement[], state: State, situation: Situation): void;
  /** The words of a command, without running what is substituted in them. */
  look(words: readonly ShellWord[], state: State, situation: Situation): Words;
}

/** `probe`: something asked whether a daemon is there; `strong` where nothing else would ask it. `leave`: `break` and its like. */
export type Sight = { readonly kind: 'probe'; readonly until: 'daemon' | 'port' | 'file'; readonly strong: boolean; readonly at: Span } | { readonly kind: 'leave'; readonly at: Span };

/** What holds where a command stands, beside the state of its shell. */
export interface Situation {
  readonly holes: ReadonlyMap<string, Value<string>>;
  /** Branches and tolerance around it. */
  readonly guards: readonly Guard[];
  readonly background: boolean;
  /** Scripts and functions that are being read, so that none is read inside itself. */
  readonly inside: readonly string[];
  /** In a shell, where `cd` and `export` mean something. */
  readonly shell: boolean;
  /** The seconds that `timeout` leaves it. */
  readonly limit: Value<number | undefined> | undefined;
  /** The text on its standard input: a heredoc. */
  readonly input: Word | undefined;
  /** The words of the command whose output it reads. */
  readonly piped: Words | undefined;
}

/** Scripts in scripts are followed this far. */
export const deepest = 8;

/** The situation inside another script or function. */
export const deeper = (situation: Situation, name: string): Situation => ({ ...situation, inside: [...situation.inside, name] });

