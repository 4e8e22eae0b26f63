import type { Slice, Span } from '../text/slice.ts';
import type { Holed } from '../syntax/hole.ts';
import type { Listing, Origin, Value } from '../value/value.ts';
import type { Versions } from '../docker/version.ts';
import type { ImageReference } from '../docker/image-reference.ts';
import type { CommandLine } from '../docker/command-line.ts';

/** Everything the project's files say about containers, with who runs, reaches and shares what worked out. */
export interface Topology {
  readonly machines: readonly Machine[];
  readonly workloads: readonly Workload[];
  readonly daemons: readonly Daemon[];
  readonly clients: readonly Client[];
  readonly links: readonly Link[];
}

/** Where something runs and files lie. A container is a place, and so is the machine underneath. */
export type Place = Container | Machine;

/** A computer: a hosted runner's VM, a runner's host, a cluster's node, the developer's own. */
export interface Machine {
  readonly kind: 'machine';
  readonly role: 'hosted-vm' | 'runner-host' | 'node' | 'server';
  /** How a message names it: "the host". */
  readonly called: string;
  /** Its own engine, at its socket; known to be undefined where it has none. */
  readonly engine: Value<Versions | undefined>;
  /** Whether it is thrown away after a job. */
  readonly ephemeral: Value<boolean>;
  /** Whether jobs of several pipelines run on it side by side. */
  readonly shared: Value<boolean>;
  readonly cgroup: Value<1 | 2>;
  readonly filesystem: Value<string>;
  /** What runs its containers where none is asked for: runc, or sysbox for all. */
  readonly runtime: Value<string>;
  /** Whether its engine runs with `userns-remap`. */
  readonly remapsUsers: Value<boolean>;
  readonly at: Span;
}

/**
 * Containers that are placed together: a compose project, a pod, a CI job, an image being built (`build`),
 * an image as whoever runs it will find it (`image`), a script's `docker run`s.
 */
export interface Workload {
  readonly kind: 'compose' | 'stack' | 'pod' | 'job' | 'build' | 'image' | 'script';
  /** How a message names it: "project `shop`". */
  readonly called: string;
  readonly name: Value<string>;
  readonly on: Place;
  /** The command that brings it up, where one does: `docker compose up` in a job. */
  readonly startedBy?: Invocation;
  readonly controller?: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob';
  /** How many run at once; a matrix, `--scale`, replicas, a runner's `concurrent`. A cluster's scheduler decides on how many machines. */
  readonly instances: Value<{ readonly count: number; readonly sameMachine: boolean | 'maybe' }>;
  /** Set where a new one is started before the last has ended, when something changes: a rolling update. */
  readonly overlaps?: Value<boolean>;
  /** Set when a matrix or profile was spelled out: this workload is one of several worlds. */
  readonly variant?: string;
  /** Set where its files may be read in several ways, and nobody but the person who runs them knows which is meant. */
  readonly reading?: Reading;
  /** Set for a pod that is made for a task and ends with it: whether it meets another such one nobody knows. */
  readonly passing?: true;
  readonly containers: Listing<Container>;
  /** What runs on its place itself, in no container: a job of a shell executor. */
  readonly commands?: Listing<Invocation>;
  /** Those that must have ended before, and what they hand over (artifact paths). */
  readonly after: Listing<{ readonly workload: Workload; readonly hands: Listing<Value<string>> }>;
  /** What the platform itself waits for before the job's first command. */
  readonly waitsFor: Value<'nothing' | 'exposed-port' | 'named-port' | 'health'>;
  readonly honoursPrivileged: Value<boolean>;
  /** Whether its containers see, and can end, one another's processes. */
  readonly sharesProcesses?: Value<boolean>;
  /** Whether strangers reach the ports of its containers though nobody publishes them: the other pods of a cluster. */
  readonly openToOthers?: Value<boolean>;
  readonly at: Span;
}

/** One of so many readings of a file: what is not so in all of them is possible at most. */
export interface Reading {
  readonly file: string;
  readonly of: number;
}

/** A word as a process gets it; where it was written out, with its text, so that a script in it can be read in place. */
export type Word = Value<string> & Partial<Holed>;
export type Words = readonly Word[];

export interface Container {
  readonly kind: 'container';
  readonly workload: Workload;
  /** How a message names it: "service `docker`". */
  readonly called: string;
  /** The published image that it comes from: the one named, or where it is built here the last FROM of the chain in view. */
  readonly image: Value<ImageReference>;
  /** The FROM chain where the image is built here, nearest first; open where it leaves our sight; empty where it is not built here. */
  readonly builtFrom: Listing<Value<ImageReference>>;
  /** Whether the image's own entrypoint is run; GitLab's Kubernetes executor replaces it. */
  readonly runsEntrypoint: Value<boolean>;
  /** As a file of the project sets it (the platform's, else a Dockerfile's); known to be undefined where the published image's own stands. */
  readonly entrypoint: Value<Words | undefined>;
  readonly command: Value<Words | undefined>;
  readonly env: Environment;
  /** With the image's own volumes (`of: 'container'`) and tmpfs (`memory`); a later mount never repeats a target. */
  readonly mounts: Listing<Mount>;
  readonly networks: Listing<Network>;
  /** Names it resolves by itself: extra_hosts, links, hostAliases; open where names come from outside. */
  readonly hosts: Listing<{ readonly name: Value<string>; readonly address: Value<string | Place>; readonly at: Span }>;
  /** Whose network namespace it lives in; `localhost` is there. Known to be itself for most. */
  readonly localhost: Value<'own' | Place>;
  readonly hostname: Value<string | undefined>;
  readonly ports: Listing<Port>;
  /** Names under which others reach it from outside of its workload: Kubernetes Services. */
  readonly fronts?: Listing<Front>;
  readonly user: Value<Identity>;
  readonly privileged: Value<boolean>;
  /** Set where privileged is asked for to no avail: in a place that nobody reads, or beside what has the whole container refused. */
  readonly privilegedInVain?: Value<'ignored' | 'refused'>;
  readonly userNamespace: Value<'host' | 'private'>;
  readonly capabilities: Listing<Value<string>>;
  readonly securityOptions: Listing<Value<string>>;
  readonly allowsEscalation: Value<boolean>;
  readonly readOnlyRoot: Value<boolean>;
  readonly runtime: Value<string | undefined>;
  readonly workingDirectory: Value<string>;
  readonly health: Value<Health | undefined>;
  readonly startsAfter: Listing<StartsAfter>;
  /** How many of it run at once on one machine: replicas, `scale`. */
  readonly replicas: Value<number>;
  /** Whether its own entrypoint waits for a daemon, comes back after a failure, and runs for good. */
  readonly waitsForDaemon: Value<boolean>;
  readonly restarts: Value<boolean>;
  readonly longRunning: Value<boolean>;
  /** Set where variables and mounts are handed to it because others of the workload have a use for them: they make no client of it. */
  readonly bystander?: true;
  /** Whether the platform stops it once the others have ended, so that nobody waits for its own end. */
  readonly sidecar?: Value<boolean>;
  /** Binds that it hands to its daemon by a setting, not by a command: a runner's work folder. */
  readonly handsOver: Listing<Mount>;
  readonly invocations: Listing<Invocation>;
  /** The text of a file of the project that lies at this path of it; undefined where none is in view. */
  readonly file?: (path: string) => Slice | undefined;
  /** Programs that a Dockerfile of the project put into its image: package names and the like, lower case, `docker-ce=24.0.7` where their release is written. */
  readonly installs: Listing<Value<string>>;
  readonly at: Span;
}

export interface Identity {
  /** A number, or a name of the image's /etc/passwd; 0 and `root` are root. */
  readonly uid: number | string;
  readonly groups: Listing<Value<number | string>>;
}

/** The names and addresses by which the container is found on this network. `outside` is set where others may join it unseen, `nobody` lists names that all the same are surely nobody's. */
export interface Network {
  readonly id: string;
  readonly names: Listing<Value<string>>;
  readonly outside?: Origin;
  readonly nobody?: Listing<Value<string>>;
}

/** A name that stands before a container's ports, for others than its own workload. */
export interface Front {
  readonly names: Listing<Value<string>>;
  /** The port of the front, and the one of the container that answers there. */
  readonly ports: Listing<readonly [port: Value<number>, target: Value<number>]>;
  /** Whether it is reached from outside of the cluster: NodePort, LoadBalancer. */
  readonly exposed: Value<boolean>;
  readonly at: Span;
}

export interface Port {
  readonly container: Value<number>;
  readonly published: Value<number | undefined>;
  /** The address it is published on; `0.0.0.0` where none is written. */
  readonly address: Value<string>;
  readonly at: Span;
}

export interface Health {
  /** The words of the check, `CMD` and `CMD-SHELL` left out; known to be undefined where it is switched off (`NONE`). */
  readonly test: Value<Words>;
  readonly at: Span;
}

export interface StartsAfter {
  readonly container: Container;
  readonly until: 'started' | 'healthy' | 'probed' | 'completed';
  readonly at: Span;
}

export interface Environment {
  /** The variable's value; known to be `undefined` only when nothing could have set it. */
  get(name: string): Value<string | undefined>;
  readonly names: Listing<string>;
  /** What was written for it, outermost first, also where it was written as null or overridden. */
  written(name: string): readonly { readonly value: Value<string | null>; readonly at: Span }[];
}

export interface Mount {
  readonly source: Value<MountSource>;
  /** An absolute path in the container. */
  readonly target: Value<string>;
  readonly readOnly: Value<boolean>;
  /** Set where its source was written relative to where the command runs, so that it surely is a path there. */
  readonly relative?: true;
  readonly at: Span;
}

/** A path belongs to a place; a volume lives as long, and is shared as widely, as it says. One of a cluster is known by its name in its `space`, a namespace. */
export type MountSource =
  | { readonly kind: 'path'; readonly path: Value<string>; readonly of: Place; readonly must?: 'exist' | 'be-socket' | 'be-folder' | 'be-file' | 'be-device' }
  | { readonly kind: 'volume'; readonly name: Value<string>; readonly of: 'container' | 'workload' | 'runner-slot' | 'machine' | 'cluster'; readonly within?: string; readonly daemon?: Place; readonly space?: string }
  | { readonly kind: 'memory' }
  | { readonly kind: 'build-context' | 'stage'; readonly path: Value<string> };

/** One command as it would be run, in the order and with the guards the script gives it. */
export interface Invocation {
  readonly words: Words;
  readonly tool?: 'docker' | 'compose' | 'buildx' | 'dockerd' | 'service';
  /** The words taken apart, where the tool is one of ours. */
  readonly line?: CommandLine;
  readonly env: Environment;
  readonly workingDirectory: Value<string>;
  readonly user: Value<Identity>;
  readonly guards: readonly Guard[];
  readonly background: boolean;
  /** What has it run: the container's start, `exec`, a health check, a hook, a RUN of a build. */
  readonly via: 'start' | 'exec' | 'health' | 'hook' | 'build';
  /** Of a RUN: its own mounts and `--security=insecure`. */
  readonly mounts: Listing<Mount>;
  readonly privileged: Value<boolean>;
  /** Image names it makes, uses and sends away; `docker build -t`, `run`, `push`, `save`. */
  readonly images: { readonly builds: Listing<Value<string>>; readonly needs: Listing<Value<string>>; readonly sends: Listing<Value<string>> };
  /** Bind sources it hands to its daemon, as it wrote them. */
  readonly binds: Listing<Mount>;
  /** Ports that it has its daemon publish by files in view: those of `docker compose up`. */
  readonly publishes?: readonly Port[];
  /** Images that files in view have it build, and whether those name a cache, or want none: `docker compose build`, and `up` where one is missing. */
  readonly makes?: Listing<{ readonly cached: boolean; readonly at: Span }>;
  /** Host and port it dials beside the daemon: `curl localhost:8080`. */
  readonly dials: Listing<{ readonly host: Value<string>; readonly port: Value<number>; readonly at: Span }>;
  /** The command's own words, from the first to the last. */
  readonly at: Span;
}

/** What stands between the script's start and the command. */
export type Guard =
  | { readonly kind: 'waits'; readonly until: 'daemon' | 'port' | 'file'; readonly atMost: Value<number | undefined>; readonly at: Span }
  | { readonly kind: 'sleeps'; readonly seconds: Value<number>; readonly at: Span }
  | { readonly kind: 'if'; readonly test: Words; readonly at: Span }
  | { readonly kind: 'tolerated'; readonly at: Span };

/** Where a client knocks. */
export interface Endpoint {
  readonly scheme: 'unix' | 'tcp' | 'ssh' | 'npipe' | 'fd';
  readonly host?: string;
  readonly port?: number;
  readonly path?: string;
}

/** Where a daemon listens, and what it speaks there. `encrypted` asks for no client certificate, `mutual` does. */
export interface Listener {
  readonly endpoint: Endpoint;
  readonly speaks: 'plain' | 'encrypted' | 'mutual';
}

/** A dockerd: the one in a container here, or the one of a machine. */
export interface Daemon {
  readonly runsIn: Place;
  /** How a message names it: "service `docker`", "the host's engine". */
  readonly called: string;
  /** What starts it: the image's `dockerd-entrypoint.sh`, dockerd itself, a script, or the machine. */
  readonly startedBy: 'image' | 'dockerd' | 'script' | 'machine';
  /** Whether it surely runs, by the image and its words. */
  readonly runs: Value<boolean>;
  readonly listens: Listing<Value<Listener>>;
  readonly version: Value<Versions>;
  /** Whether its image is a rootless one. */
  readonly rootless: Value<boolean>;
  /** The names its certificate is valid for, and where its client certificates are written; known to be undefined without TLS. */
  readonly certificate: Value<Certificate | undefined>;
  readonly api: Value<{ readonly lowest: string; readonly highest: string }>;
  /** The options of its command line, those that the image's script adds included; undefined where nobody shows them. */
  readonly options?: readonly DaemonOption[];
  /** What its daemon.json says, where that is in view. */
  readonly settings?: readonly DaemonSetting[];
  /** The group that may open its unix socket. */
  readonly socketGroup: Value<number | string>;
  /** Its data root, and `/var/lib/containerd` where its images lie there: the data root is then `withoutImages`. */
  readonly roots: readonly { readonly path: Value<string>; readonly source: Value<MountSource | 'container-layer'>; readonly withoutImages?: true }[];
  readonly storageDriver: Value<string | undefined>;
  /** Seconds until its API answers, by what the engine does on purpose or has to do first. */
  readonly readyAfter: Value<number>;
  readonly at: Span;
}

/** An option that dockerd is given, by its long name. */
export interface DaemonOption {
  readonly name: string;
  /** Undefined for a switch without a value. */
  readonly value?: Value<string>;
  readonly by: 'image' | 'words';
  readonly at: Span;
}

/** A key of daemon.json; `at` is the key. */
export interface DaemonSetting {
  readonly name: string;
  readonly at: Span;
}

export interface Certificate {
  /** Made by the daemon's entrypoint; otherwise brought by its owner. */
  readonly own: boolean;
  readonly names: Listing<Value<string>>;
  /** The folder in the daemon's place where client certificates are written. */
  readonly clientFolder: Value<string>;
}

/** Something that sends commands to a daemon: one invocation, or a container that is a client by its image or settings. */
export interface Client {
  readonly in: Place;
  /** How a message names it: "service `build`". */
  readonly called: string;
  readonly invocation?: Invocation;
  readonly dialect: 'cli' | 'compose-v1' | 'go-sdk' | 'docker-py' | 'docker-java' | 'node';
  /** DOCKER_HOST or `-H` as it was written, with its quotes and mistakes; undefined where nobody wrote one. */
  readonly host: Value<string | undefined>;
  readonly endpoint: Value<Endpoint>;
  readonly chosenBy: 'written' | 'entrypoint' | 'context' | 'default';
  /** Whose daemon that is; known to be undefined where surely nobody answers, unknown where names come from outside. */
  readonly reaches: Value<Place | undefined>;
  /** What lost to `endpoint`: a mounted socket beside DOCKER_HOST, a context. */
  readonly passedOver: readonly { readonly endpoint: Value<Endpoint>; readonly at: Span }[];
  readonly speaks: Value<'plain' | 'encrypted' | 'mutual'>;
  /** Of one without an invocation: whether the container's commands merely idle, or are not there. */
  readonly idles: boolean;
  /** Whether the official entrypoint would have switched TLS on, had it found certificates. */
  readonly wouldVerify: Value<boolean>;
  /** The folder where it looks for its certificates; known to be undefined where it needs none. */
  readonly certificates: Value<string | undefined>;
  readonly api: Value<{ readonly lowest: string; readonly highest: string; readonly negotiates: boolean }>;
  readonly at: Span;
}

/** This client reaches this daemon, as far as names, networks and mounts tell. */
export interface Link {
  readonly client: Client;
  readonly daemon: Daemon;
  /** What listens where the client knocks; known to be undefined where nothing does. */
  readonly listener: Value<Listener | undefined>;
  /** Whether the folder in which the client looks holds the certificates that this daemon wrote. */
  readonly sharesCertificates: Value<boolean>;
  readonly because: Origin;
}
