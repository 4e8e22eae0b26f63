import type { Context } from '../format.ts';
import type { Closure, GroovyExpression, GroovyStatement, MethodDefinition } from '../../syntax/groovy/index.ts';
import type { EnvironmentLayer } from '../../model/environment.ts';
import type { Container, Guard, Invocation, Machine, Workload } from '../../model/topology.ts';
import type { Span } from '../../text/slice.ts';
import type { Origin, Value } from '../../value/value.ts';
import type { Steps } from './library.ts';
import type { PodPart } from './pod-settings.ts';
import type { Scope } from './scope.ts';

/** A container whose ties to others are still to be put in. */
export type Draft = { -readonly [K in keyof Container]: Container[K] };

/** A list that is still gathered. */
export interface Gathered {
  readonly items: Invocation[];
  open?: Origin;
}

/** What an executor of Jenkins was given to: a computer, with what runs on it. */
export interface Agent {
  readonly machine: Machine;
  readonly workload: Workload;
  readonly commands: Gathered;
  /** The container that it runs in itself, where somebody said so. */
  readonly container?: Draft;
  /** Set where it turned out to be a pod that no file shows. */
  elsewhere?: true;
}

/** A pod as Jenkins makes it, with its containers by name. */
export interface Pod {
  readonly workload: Workload;
  readonly containers: ReadonlyMap<string, Draft>;
  /** The container that steps run in which name none; undefined where nobody knows. */
  readonly own: Draft | undefined;
  /** The folders of their own that containers have, by name. */
  readonly folders: ReadonlyMap<string, Value<string>>;
  /** The text of its label; steps of another node do not run in it. */
  readonly label: string | undefined;
}

/** Where steps run. */
export type Spot =
  | { readonly kind: 'nowhere' }
  /** In a closure of which nobody knows what it does: neither here nor elsewhere. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'machine'; readonly agent: Agent }
  | { readonly kind: 'container'; readonly container: Draft }
  /** In a container that a docker command of the outer place made: `name` is what it goes by there. */
  | { readonly kind: 'executed'; readonly name: Value<string>; readonly outer: Spot };

/** What holds at some place of a script. */
export interface Here {
  readonly spot: Spot;
  readonly scope: Scope;
  /** The environment that Jenkins gives to steps, the outermost first. */
  readonly layers: readonly EnvironmentLayer[];
  readonly folder: Value<string>;
  /** Where the job's own files lie, below which `dir` goes. */
  readonly workspace: Value<string>;
  readonly guards: readonly Guard[];
  /** Templates of pods around it, the outermost first. */
  readonly templates: readonly PodPart[];
  /** The pod that it runs in, and the node: where steps run outside of all containers. */
  readonly pod?: Pod;
  readonly node?: Spot;
  /** Who runs this, for messages: "stage `Build`". */
  readonly called: string;
  /** Methods and steps that are being followed, so that none is followed inside itself. */
  readonly inside: readonly string[];
}

/** The reading of one file: what has been found so far, and the walk that its parts go back to. */
export interface Reading {
  readonly context: Context;
  readonly workloads: Workload[];
  readonly machines: Machine[];
  readonly agents: Agent[];
  /**
   * `budget`: statements and expressions that may still be walked; `scripts`: scripts that may still be run; `room`: places that may
   * still be made; `changes`: how often `env.NAME = …` has set something; `cut`: whether methods were too deep to be followed. `alone`: whether builds of this job never meet; `perStage`: whether its own container is made for each stage anew.
   */
  readonly so: { budget: number; scripts: number; room: number; changes: number; cut: boolean; alone: boolean; perStage: boolean };
  /** Methods that something here has called. */
  readonly followed: Set<string>;
  /** What `env.NAME = …` of a script has set so far. */
  readonly globals: Map<string, { readonly value: Value<string | undefined>; readonly at: Span }>;
  readonly methods: ReadonlyMap<string, MethodDefinition>;
  /** The names that are given more than one value: nobody follows these. */
  readonly changing: ReadonlySet<string>;
  /** All that names are given in the same file. */
  readonly values: ReadonlyMap<string, readonly GroovyExpression[]>;
  readonly steps: Steps;
  walk(reading: Reading, statements: readonly GroovyStatement[], here: Here): void;
  look(reading: Reading, expression: GroovyExpression, here: Here): void;
  /** The body of a closure whose own parameters nobody knows. */
  enter(reading: Reading, closure: Closure, here: Here): void;
  /** In a pod of the templates that are around it, and on a computer. */
  inPod(reading: Reading, here: Here, at: Span): Here;
  onMachine(reading: Reading, here: Here, at: Span): Here;
}

/** The same place, later or deeper. */
export const at = (here: Here, changes: Partial<Here>): Here => ({ ...here, ...changes });

/** Where it may be anywhere. */
export const lost = (here: Here): Here => {
  const { pod: _, node: __, ...rest } = here;
  return { ...rest, spot: { kind: 'unknown' } };
};
