import type { Slice } from '../text/slice.ts';
import type { Listing } from '../value/value.ts';
import type { Span } from '../text/slice.ts';
import type { Environment, Identity, Invocation, Mount, Place, Words } from './topology.ts';
import type { Value } from '../value/value.ts';

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
}

/**
 * What running these words comes to, in order: the command itself, or what is inside `sh -c`, `env`, `exec`, `sudo`,
 * `timeout`, `tini --` and scripts of the repository. Open where a program that is run is a script out of view.
 */
export declare function runsOf(words: Words, at: Span, surroundings: Surroundings): Listing<Invocation>;
