import type { Setting } from '../docker/assumptions.ts';
import type { Machine, Workload } from '../model/topology.ts';
import type { Slice, Source, Span } from '../text/slice.ts';
import type { Value } from '../value/value.ts';

/** A kind of file we read: compose, Dockerfile … each is one of these. */
export interface Format<Document = unknown> {
  readonly id: string;
  readonly title: string;
  /** From the path and the text alone; must be cheap. */
  recognises(source: Source): boolean;
  /** Depends on nothing but the slice, so the result is kept until the text changes. Never throws. */
  parse(slice: Slice): Parsed<Document>;
  /** The document's meaning, with whatever it includes or extends looked up through `find`. */
  lower(document: Document, context: Context): Iterable<Part>;
}

export interface Parsed<Document> {
  readonly document: Document;
  readonly problems: readonly Problem[];
  readonly comments: readonly Span[];
}

/** Something we could not read. Never a finding: it only makes claims weaker. */
export interface Problem {
  readonly at: Span;
  readonly message: string;
}

export interface Context {
  /** The file that is lowered. */
  readonly source: Source;
  /**
   * The document of another file, parsed by its format; undefined where it is missing, too large, a link out of
   * the root, or no file. `path` is relative to the root, with `/`; one that leaves the root finds nothing.
   */
  find<Document>(path: string, format: Format<Document>): Document | undefined;
  /** The text of another file, by the same rules. */
  read(path: string): Source | undefined;
  /** The paths known in this folder (relative to the root, not below it): for override files beside a file. */
  beside(folder: string): readonly string[];
  /** What the user or another file says of the platform, else the default, as an assumed or unknown value. */
  setting<T extends Setting>(key: string, at: Span): Value<T>;
  /** A problem met while lowering: a cyclic include, a missing extends. */
  report(problem: Problem): void;
}

/** What a file contributes to the topology. */
export type Part = Workload | Machine;
