import type { Setting } from '../docker/assumptions.ts';
import type { ImageConfig } from '../model/image.ts';
import type { Front, Machine, Mount, Words, Workload } from '../model/topology.ts';
import type { Slice, Source, Span } from '../text/slice.ts';
import type { Listing, Value } from '../value/value.ts';

/** A kind of file we read: compose, Dockerfile … each is one of these. */
export interface Format<Document = unknown> {
  readonly id: string;
  readonly title: string;
  /** From the path and the text alone; must be cheap. */
  recognises(source: Source): boolean;
  /** Depends on nothing but the slice, so the result is kept until the text changes. Never throws. */
  parse(slice: Slice): Parsed<Document>;
  /** What the document says of the platform that others are judged by: asked of every file before any is lowered. */
  settle?(document: Document, context: Context): Iterable<PlatformPart>;
  /** For a format that says how images are built: the image that a build of this document makes. */
  built?(document: Document, build: ImageBuild, context: Context): ImageConfig;
  /** The document's meaning, with whatever it includes or extends looked up through `find`. */
  lower(document: Document, context: Context): Iterable<Part>;
}

/** A build: `context` is its folder relative to the root, which is the empty path; `args` are all that are given. */
export interface ImageBuild {
  readonly target?: Value<string>;
  readonly args: ReadonlyMap<string, Value<string>>;
  readonly context: string;
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
  /** The format that says how images are built; undefined where no file of the project asks for one. */
  readonly builder: Format | undefined;
  /** The text of another file, by the same rules. */
  read(path: string): Source | undefined;
  /** The paths known in this folder (relative to the root, not below it): for override files beside a file. */
  beside(folder: string): readonly string[];
  /** Every path of the project: for globs. */
  readonly paths: readonly string[];
  /** What the user or another file says of the platform, else the default, as an assumed or unknown value. */
  setting<T extends Setting>(key: string, at: Span): Value<T>;
  /** What all files say of the platform: runners' settings, namespaces' policies, Services. */
  readonly known: readonly PlatformPart[];
  /** A problem met while lowering: a cyclic include, a missing extends. */
  report(problem: Problem): void;
}

/** What a file contributes to the topology. */
export type Part = Workload | Machine;

/** What a file says of the platform on which others are run. */
export type PlatformPart = RunnerSettings | NamespacePolicy | ServiceFront | AgentPod;

/** A gitlab-runner's word on the jobs that it takes: it settles the assumptions named `gitlab.runner.*`. */
export interface RunnerSettings {
  readonly kind: 'runner-settings';
  /** The tags of the jobs that it takes; open where they are given elsewhere. */
  readonly tags: Listing<Value<string>>;
  /** By assumption key: `gitlab.runner.privileged`, `gitlab.runner.executor` …, and what has no key of its own by its name in config.toml. */
  readonly values: ReadonlyMap<string, Value<string | number | boolean>>;
  /** `volumes`, as every job and service gets them. A one-part volume is of a `runner-slot`. */
  readonly mounts: Listing<Mount>;
  readonly environment: Listing<readonly [name: string, value: Value<string>]>;
  /** `[[runners.docker.services]]`: name, alias, entrypoint, command, environment as written. */
  readonly services: Listing<RunnerService>;
  /** The computer that its jobs run on: one and the same for all runners of a file that have one engine. Its own format lowers it. */
  readonly on: Machine;
  readonly at: Span;
}

/** A service that a runner gives to every job. */
export interface RunnerService {
  readonly name: Value<string>;
  readonly alias: Value<string | undefined>;
  readonly entrypoint: Value<Words | undefined>;
  readonly command: Value<Words | undefined>;
  readonly environment: Listing<readonly [name: string, value: Value<string>]>;
  readonly at: Span;
}

/** A namespace's Pod Security level. */
export interface NamespacePolicy {
  readonly kind: 'namespace-policy';
  readonly namespace: string;
  readonly enforce: Value<'privileged' | 'baseline' | 'restricted'>;
  readonly at: Span;
}

/** A Kubernetes Service: a name under which pods with these labels are reached. */
export interface ServiceFront extends Front {
  readonly kind: 'service-front';
  readonly namespace: string;
  readonly selects: ReadonlyMap<string, string>;
}

/** A file that a pipeline takes for the pod of its agent, and lowers itself. */
export interface AgentPod {
  readonly kind: 'agent-pod';
  readonly path: string;
  readonly at: Span;
}
