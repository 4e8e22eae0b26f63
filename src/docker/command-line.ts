import type { Span } from '../text/slice.ts';
import type { Value } from '../value/value.ts';

/** A command of docker, compose, buildx or dockerd, its options taken apart. */
export interface CommandLine {
  readonly tool: 'docker' | 'compose' | 'buildx' | 'dockerd' | 'service';
  /** The subcommand without its group: `docker container run` and `docker run` are both `run`; empty for dockerd. */
  readonly subcommand: string;
  /** Options before the subcommand: `-H`, `--context`, `-f`, `-p`. */
  readonly globals: readonly Option[];
  readonly options: readonly Option[];
  /** What is left: image, command, containers. */
  readonly operands: readonly Operand[];
}

export interface Option {
  /** The long name without dashes: `-v` is `volume`; an option of no table keeps what was written. */
  readonly name: string;
  /** Its value; undefined for a switch. */
  readonly value?: Value<string>;
  readonly at: Span;
}

export interface Operand {
  readonly value: Value<string>;
  readonly at: Span;
}
